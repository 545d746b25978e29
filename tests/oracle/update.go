package main

import (
	"context"
	"encoding/json"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
)

type updateRequest struct {
	Old json.RawMessage `json:"old"`
	New json.RawMessage `json:"new"`
}

type updateAnswer struct {
	Generation         int64 `json:"generation"`
	TemplateGeneration int64 `json:"templateGeneration"`
}

// update is what the API server makes of the generations when an object as it
// comes from storage is updated to another. Neither gets defaults here, so that
// nothing stands in a field that the request leaves out.
func update(line []byte) (any, error) {
	var req updateRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if err := setGates(nil); err != nil {
		return nil, err
	}
	old, err := internal(req.Old)
	if err != nil {
		return nil, err
	}
	updated, err := internal(req.New)
	if err != nil {
		return nil, err
	}
	// The store gives an update the generation that there is.
	updated.Generation = old.Generation
	daemonset.Strategy.PrepareForUpdate(context.Background(), updated, old)
	return updateAnswer{updated.Generation, updated.Spec.TemplateGeneration}, nil
}

func internal(object []byte) (*apps.DaemonSet, error) {
	var written appsv1.DaemonSet
	if err := decode(object, &written); err != nil {
		return nil, err
	}
	var ds apps.DaemonSet
	return &ds, legacyscheme.Scheme.Convert(&written, &ds, nil)
}
