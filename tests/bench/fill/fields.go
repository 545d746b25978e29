package main

import (
	"encoding/json"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// fields is a set of managed fields as FieldsV1 nests them.
type fields map[string]any

// keys are the fields of a map, all of them or those that are named.
func keys(of map[string]string, only ...string) fields {
	set := fields{".": fields{}}
	for key := range of {
		if len(only) == 0 || slices.Contains(only, key) {
			set["f:"+key] = fields{}
		}
	}
	return set
}

func managed(manager, subresource string, minutes int, of fields) metav1.ManagedFieldsEntry {
	raw, err := json.Marshal(of)
	if err != nil {
		panic(err) // maps of maps always marshal
	}
	when := at(minutes)
	return metav1.ManagedFieldsEntry{
		Manager: manager, Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1", Time: &when,
		FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{Raw: raw}, Subresource: subresource,
	}
}
