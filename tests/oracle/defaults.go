package main

import (
	"context"
	"encoding/json"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
)

type defaultsRequest struct {
	Manifest json.RawMessage `json:"manifest"`
}

type objectAnswer struct {
	Object json.RawMessage `json:"object"`
}

// defaults is what the API server makes of a manifest that is created, and reads
// again from its storage: all but what it draws (uid, time, resourceVersion).
func defaults(line []byte) (any, error) {
	var req defaultsRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if err := setGates(nil); err != nil {
		return nil, err
	}
	sent, err := asSent(req.Manifest)
	if err != nil {
		return nil, err
	}
	obj, err := runtime.Decode(decoder(runtime.ContentTypeJSON), sent)
	if err != nil {
		return nil, err
	}
	daemonset.Strategy.PrepareForCreate(context.Background(), obj)
	object, err := stored(obj)
	return objectAnswer{object}, err
}

// asSent is the manifest as kubectl sends it: it reads objects without their types,
// and writes 3.0 as 3.
func asSent(manifest []byte) ([]byte, error) {
	obj, err := runtime.Decode(unstructured.UnstructuredJSONScheme, manifest)
	if err != nil {
		return nil, err
	}
	return runtime.Encode(unstructured.UnstructuredJSONScheme, obj)
}

// decoder reads what a client sent, or storage kept, with the defaults.
func decoder(mediaType string) runtime.Decoder {
	return legacyscheme.Codecs.DecoderToVersion(serializer(mediaType), apps.SchemeGroupVersion)
}

func serializer(mediaType string) runtime.Serializer {
	info, _ := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), mediaType)
	return info.Serializer
}

func encoded(obj runtime.Object, mediaType string) ([]byte, error) {
	return runtime.Encode(legacyscheme.Codecs.EncoderForVersion(serializer(mediaType), appsv1.SchemeGroupVersion), obj)
}

// stored is the object as it comes back from etcd, where it is kept as protobuf.
func stored(obj runtime.Object) (json.RawMessage, error) {
	kept, err := encoded(obj, runtime.ContentTypeProtobuf)
	if err != nil {
		return nil, err
	}
	back, err := runtime.Decode(decoder(runtime.ContentTypeProtobuf), kept)
	if err != nil {
		return nil, err
	}
	return encoded(back, runtime.ContentTypeJSON)
}
