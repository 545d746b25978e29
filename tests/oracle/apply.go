package main

import (
	"context"
	"encoding/json"
	"errors"
	_ "unsafe" // for go:linkname

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	_ "k8s.io/kubectl/pkg/cmd/apply" // for go:linkname
	"k8s.io/kubectl/pkg/util"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
)

//go:linkname pruneNullsFromMap k8s.io/kubectl/pkg/cmd/apply.pruneNullsFromMap
func pruneNullsFromMap(data map[string]interface{})

type applyRequest struct {
	// Live is the server's object; without one it is created.
	Live     json.RawMessage `json:"live"`
	Manifest json.RawMessage `json:"manifest"`
}

type applyAnswer struct {
	Object json.RawMessage `json:"object"`
	// Patch is what kubectl sends, "{}" where it has nothing to send.
	Patch json.RawMessage `json:"patch,omitempty"`
}

// apply is `kubectl apply` of a manifest, with what the server then stores.
func apply(line []byte) (any, error) {
	var req applyRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if err := setGates(nil); err != nil {
		return nil, err
	}
	manifest, err := runtime.Decode(unstructured.UnstructuredJSONScheme, req.Manifest)
	if err != nil {
		return nil, err
	}
	if len(req.Live) == 0 || string(req.Live) == "null" {
		return create(manifest.(*unstructured.Unstructured))
	}
	modified, err := util.GetModifiedConfiguration(manifest, true, unstructured.UnstructuredJSONScheme)
	if err != nil {
		return nil, err
	}
	old, err := runtime.Decode(decoder(runtime.ContentTypeJSON), req.Live)
	if err != nil {
		return nil, err
	}
	current, err := stored(old)
	if err != nil {
		return nil, err
	}
	patch, err := threeWayPatch(current, modified)
	if err != nil {
		return nil, err
	}
	if string(patch) == "{}" {
		return applyAnswer{current, patch}, nil
	}
	object, err := patched(old, patch)
	return applyAnswer{object, patch}, err
}

func create(manifest *unstructured.Unstructured) (any, error) {
	if err := util.CreateApplyAnnotation(manifest, unstructured.UnstructuredJSONScheme); err != nil {
		return nil, err
	}
	pruneNullsFromMap(manifest.UnstructuredContent())
	sent, err := runtime.Encode(unstructured.UnstructuredJSONScheme, manifest)
	if err != nil {
		return nil, err
	}
	obj, err := runtime.Decode(decoder(runtime.ContentTypeJSON), sent)
	if err != nil {
		return nil, err
	}
	daemonset.Strategy.PrepareForCreate(context.Background(), obj)
	object, err := stored(obj)
	return applyAnswer{Object: object}, err
}

// threeWayPatch is the patch that kubectl makes with the types it was built with.
func threeWayPatch(current, modified []byte) ([]byte, error) {
	live, err := runtime.Decode(unstructured.UnstructuredJSONScheme, current)
	if err != nil {
		return nil, err
	}
	original, err := util.GetOriginalConfiguration(live)
	if err != nil {
		return nil, err
	}
	meta, err := strategicpatch.NewPatchMetaFromStruct(&appsv1.DaemonSet{})
	if err != nil {
		return nil, err
	}
	return strategicpatch.CreateThreeWayMergePatch(original, modified, current, meta, true)
}

// patched is what the server stores of old with the patch, as strategicPatchObject
// and BeforeUpdate have it.
func patched(old runtime.Object, patch []byte) (json.RawMessage, error) {
	versioned, err := legacyscheme.Scheme.ConvertToVersion(old, appsv1.SchemeGroupVersion)
	if err != nil {
		return nil, err
	}
	original, err := runtime.DefaultUnstructuredConverter.ToUnstructured(versioned)
	if err != nil {
		return nil, err
	}
	changes := map[string]interface{}{}
	if err := decode(patch, &changes); err != nil {
		return nil, err
	}
	merged, err := strategicpatch.StrategicMergeMapPatch(original, changes, &appsv1.DaemonSet{})
	if err != nil {
		return nil, err
	}
	updated := &appsv1.DaemonSet{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(merged, updated); err != nil {
		return nil, err
	}
	legacyscheme.Scheme.Default(updated)
	obj, err := legacyscheme.Scheme.ConvertToVersion(updated, apps.SchemeGroupVersion)
	if err != nil {
		return nil, err
	}
	before, is := old.(*apps.DaemonSet)
	after, isToo := obj.(*apps.DaemonSet)
	if !is || !isToo {
		return nil, errors.New("this is no DaemonSet")
	}
	after.Generation = before.Generation
	daemonset.Strategy.PrepareForUpdate(context.Background(), after, before)
	if after.UID == "" {
		after.UID = before.UID
	}
	after.CreationTimestamp = before.CreationTimestamp
	return stored(after)
}
