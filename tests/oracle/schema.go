package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"

	apps "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Types that read and write JSON by methods of their own.
var special = map[reflect.Type]string{
	reflect.TypeFor[resource.Quantity]():  "quantity",
	reflect.TypeFor[intstr.IntOrString](): "intOrString",
	reflect.TypeFor[metav1.Time]():        "time",
	reflect.TypeFor[metav1.FieldsV1]():    "any",
}

type schemaAnswer struct {
	// Types are lines, each a struct and its fields.
	Types []string `json:"types"`
}

// schema is the DaemonSet of k8s.io/api as its Go tags have it: what each field is,
// when it is written, and how a strategic merge treats it.
func schema([]byte) (any, error) {
	reader := schemaReader{structs: map[string]reflect.Type{}}
	if err := reader.structure(reflect.TypeFor[apps.DaemonSet]()); err != nil {
		return nil, err
	}
	sort.Strings(reader.lines)
	return schemaAnswer{reader.lines}, nil
}

type schemaReader struct {
	structs map[string]reflect.Type
	lines   []string
}

func (r *schemaReader) structure(t reflect.Type) error {
	if known, seen := r.structs[t.Name()]; seen {
		if known != t {
			return fmt.Errorf("two types are named %s", t.Name())
		}
		return nil
	}
	r.structs[t.Name()] = t
	fields, err := r.fields(t)
	if err != nil {
		return err
	}
	sort.Strings(fields)
	r.lines = append(r.lines, t.Name()+" "+strings.Join(fields, " "))
	return nil
}

func (r *schemaReader) fields(t reflect.Type) ([]string, error) {
	var fields []string
	for i := range t.NumField() {
		field := t.Field(i)
		tag := strings.Split(field.Tag.Get("json"), ",")
		if tag[0] == "" {
			embedded, err := r.fields(field.Type)
			if err != nil {
				return nil, err
			}
			fields = append(fields, embedded...)
			continue
		}
		kind, err := r.kind(field.Type)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t.Name(), field.Name, err)
		}
		fields = append(fields, tag[0]+"="+kind+omission(field.Type, tag[1:])+patching(field))
	}
	return fields, nil
}

// omission is "!" for a field that is written whatever it holds.
func omission(t reflect.Type, options []string) string {
	for _, option := range options {
		if option == "omitzero" || option == "omitempty" && t.Kind() != reflect.Struct {
			return ""
		}
	}
	return "!"
}

// patching is "~" and the merge key of a list that is merged, "&" where retainKeys holds.
func patching(field reflect.StructField) string {
	written := ""
	for _, strategy := range strings.Split(field.Tag.Get("patchStrategy"), ",") {
		switch strategy {
		case "merge":
			written += "~" + field.Tag.Get("patchMergeKey")
		case "retainKeys":
			written += "&"
		case "":
		default:
			written += "?" + strategy
		}
	}
	return written
}

func (r *schemaReader) kind(t reflect.Type) (string, error) {
	if name, known := special[t]; known {
		return name, nil
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return "", fmt.Errorf("%s reads its JSON itself", t)
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		prefix := map[reflect.Kind]string{reflect.Pointer: "*", reflect.Slice: "[]", reflect.Map: "{}"}[t.Kind()]
		element, err := r.kind(t.Elem())
		return prefix + element, err
	case reflect.Struct:
		return t.Name(), r.structure(t)
	case reflect.String, reflect.Bool, reflect.Int32, reflect.Int64:
		return t.Kind().String(), nil
	default:
		return "", fmt.Errorf("%s isn't known", t)
	}
}
