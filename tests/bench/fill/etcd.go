package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"k8s.io/apimachinery/pkg/api/meta"
	kruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

// Limits of one etcd transaction, with room to spare.
const (
	maxOperations = 100
	maxBytes      = 1 << 20
)

// prefixes of the keys, by kind, as the API server's registries name them.
var prefixes = map[string]string{
	"Namespace":          "namespaces",
	"Node":               "minions",
	"Pod":                "pods",
	"DaemonSet":          "daemonsets",
	"ControllerRevision": "controllerrevisions",
}

// store puts the cluster into an etcd as the API server would have.
func store(endpoint string, w *world) error {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, DialTimeout: 10 * time.Second})
	if err != nil {
		return err
	}
	defer client.Close()
	write := func(operations []clientv3.Op) error { return commit(client, operations) }
	once := func(objects func() []kruntime.Object) func(int, int) []kruntime.Object {
		return func(int, int) []kruntime.Object { return objects() }
	}
	for _, each := range []struct {
		count int
		make  func(from, to int) []kruntime.Object
	}{{1, once(w.namespaces)}, {1, once(w.small)}, {len(w.names), w.nodesOf}, {len(w.names), w.daemonPodsOf}, {len(w.names), w.otherPodsOf}} {
		if err := inOrder(each.count, each.make, puts, write); err != nil {
			return err
		}
	}
	return nil
}

// puts are the objects in protobuf behind the API server's magic.
func puts(objects []kruntime.Object) ([]clientv3.Op, error) {
	serializer := protobuf.NewSerializer(legacyscheme.Scheme, legacyscheme.Scheme)
	var operations []clientv3.Op
	for _, object := range objects {
		kinds, _, err := legacyscheme.Scheme.ObjectKinds(object)
		if err != nil {
			return nil, err
		}
		object.GetObjectKind().SetGroupVersionKind(kinds[0])
		named, err := meta.Accessor(object)
		if err != nil {
			return nil, err
		}
		// The store's revision is the version.
		named.SetResourceVersion("")
		var value bytes.Buffer
		if err := serializer.Encode(object, &value); err != nil {
			return nil, err
		}
		key := strings.Join([]string{"/registry", prefixes[kinds[0].Kind], named.GetNamespace(), named.GetName()}, "/")
		operations = append(operations, clientv3.OpPut(strings.Replace(key, "//", "/", 1), value.String()))
	}
	return operations, nil
}

func commit(client *clientv3.Client, operations []clientv3.Op) error {
	for len(operations) > 0 {
		size, count := 0, 0
		for count < len(operations) && count < maxOperations && (count == 0 || size < maxBytes) {
			size += len(operations[count].ValueBytes())
			count++
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		_, err := client.Txn(ctx).Then(operations[:count]...).Commit()
		cancel()
		if err != nil {
			return fmt.Errorf("etcd: %w", err)
		}
		operations = operations[count:]
	}
	return nil
}
