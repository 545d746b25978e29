package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"sigs.k8s.io/yaml"
)

// style is how kubectl prints a List.
type style interface {
	head() string
	item(object map[string]any) ([]byte, error)
	tail() string
}

// separator stands before each item but the first.
const separator = ",\n"

type jsonStyle struct{}

func (jsonStyle) head() string { return "{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n" }

func (jsonStyle) item(object map[string]any) ([]byte, error) {
	text, err := json.MarshalIndent(object, "        ", "    ")
	if err != nil {
		return nil, err
	}
	return append([]byte(separator+"        "), text...), nil
}

func (jsonStyle) tail() string {
	return "\n    ],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n"
}

type yamlStyle struct{}

func (yamlStyle) head() string { return "apiVersion: v1\nitems:\n" }

func (yamlStyle) item(object map[string]any) ([]byte, error) {
	return yaml.Marshal([]any{object})
}

func (yamlStyle) tail() string { return "kind: List\nmetadata:\n  resourceVersion: \"\"\n" }

func writeFile(path string, w *world, style style) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 1<<20)
	if err := writeList(out, w, style); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return file.Close()
}

// writeList writes what `kubectl get nodes,daemonsets,controllerrevisions,pods -A` prints.
func writeList(out io.Writer, w *world, style style) error {
	if _, err := io.WriteString(out, style.head()); err != nil {
		return err
	}
	first := true
	write := func(parts [][]byte) error {
		for _, part := range parts {
			if first {
				part, first = bytes.TrimPrefix(part, []byte(separator)), false
			}
			if _, err := out.Write(part); err != nil {
				return err
			}
		}
		return nil
	}
	printed := func(objects []kruntime.Object) ([][]byte, error) { return printAll(objects, style) }
	small := func(int, int) []kruntime.Object { return w.small() }
	for _, each := range []struct {
		count int
		make  func(from, to int) []kruntime.Object
	}{{len(w.names), w.nodesOf}, {1, small}, {len(w.names), w.daemonPodsOf}, {len(w.names), w.otherPodsOf}} {
		if err := inOrder(each.count, each.make, printed, write); err != nil {
			return err
		}
	}
	_, err := io.WriteString(out, style.tail())
	return err
}

func printAll(objects []kruntime.Object, style style) ([][]byte, error) {
	var parts [][]byte
	for _, object := range objects {
		raw, err := unstructured(object)
		if err != nil {
			return nil, err
		}
		part, err := style.item(raw)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// unstructured is the object as kubectl prints it, without its managed fields.
func unstructured(object kruntime.Object) (map[string]any, error) {
	kinds, _, err := legacyscheme.Scheme.ObjectKinds(object)
	if err != nil {
		return nil, err
	}
	object.GetObjectKind().SetGroupVersionKind(kinds[0])
	object.(metav1.Object).SetManagedFields(nil)
	return kruntime.DefaultUnstructuredConverter.ToUnstructured(object)
}

// inOrder makes objects in parts, on all processors, and hands the encoded parts on in order.
func inOrder[T any](count int, objects func(from, to int) []kruntime.Object, encode func([]kruntime.Object) (T, error), write func(T) error) error {
	type result struct {
		encoded T
		err     error
	}
	const size = 100
	waiting := make(chan chan result, runtime.GOMAXPROCS(0)+1)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		defer close(waiting)
		for from := 0; from < count; from += size {
			answer := make(chan result, 1)
			select {
			case waiting <- answer:
			case <-stop:
				return
			}
			go func() {
				encoded, err := encode(objects(from, min(from+size, count)))
				answer <- result{encoded, err}
			}()
		}
	}()
	for answer := range waiting {
		done := <-answer
		if done.err != nil {
			return fmt.Errorf("encoding: %w", done.err)
		}
		if err := write(done.encoded); err != nil {
			return err
		}
	}
	return nil
}
