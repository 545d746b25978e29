package main

import (
	"context"
	"encoding/json"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/capabilities"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
)

type validateRequest struct {
	// Old is the stored object; without one New is created.
	Old json.RawMessage `json:"old"`
	New json.RawMessage `json:"new"`
}

type validateAnswer struct {
	Errors []fieldError `json:"errors"`
}

type fieldError struct {
	Type   string `json:"type"`
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// allowPrivileged is the API server's flag, which real clusters have on.
var allowPrivileged = sync.OnceFunc(func() {
	capabilities.Setup(true, 0)
})

// validate is what the API server refuses in an object: ValidateDaemonSet for one that
// is created, ValidateDaemonSetUpdate for one that takes the place of another.
func validate(line []byte) (any, error) {
	var req validateRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if err := setGates(nil); err != nil {
		return nil, err
	}
	allowPrivileged()
	obj, err := sentObject(req.New)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	if len(req.Old) == 0 || string(req.Old) == "null" {
		daemonset.Strategy.PrepareForCreate(ctx, obj)
		return answered(daemonset.Strategy.Validate(ctx, obj)), nil
	}
	old, err := sentObject(req.Old)
	if err != nil {
		return nil, err
	}
	keepIdentity(obj.(*apps.DaemonSet), old.(*apps.DaemonSet))
	daemonset.Strategy.PrepareForUpdate(ctx, obj, old)
	return answered(daemonset.Strategy.ValidateUpdate(ctx, obj, old)), nil
}

func sentObject(object []byte) (runtime.Object, error) {
	sent, err := asSent(object)
	if err != nil {
		return nil, err
	}
	return runtime.Decode(decoder(runtime.ContentTypeJSON), sent)
}

// keepIdentity gives both objects what an update can't change and what a store gives.
func keepIdentity(obj, old *apps.DaemonSet) {
	old.ResourceVersion, old.UID, old.Generation = "1", "u", 1
	obj.ResourceVersion, obj.UID, obj.Generation = "1", "u", 1
	obj.CreationTimestamp = old.CreationTimestamp
}

func answered(errors field.ErrorList) validateAnswer {
	answer := validateAnswer{[]fieldError{}}
	for _, err := range errors {
		answer.Errors = append(answer.Errors, fieldError{string(err.Type), err.Field, err.Detail})
	}
	return answer
}
