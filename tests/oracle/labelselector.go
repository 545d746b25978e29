package main

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

type labelSelectorRequest struct {
	Selector *metav1.LabelSelector `json:"selector"`
	Labels   map[string]string     `json:"labels"`
}

type labelSelectorAnswer struct {
	Matches bool `json:"matches"`
	Empty   bool `json:"empty"`
}

// labelSelector is metav1.LabelSelectorAsSelector with Matches and Empty; a
// selector that can't be parsed is answered with its error.
func labelSelector(line []byte) (any, error) {
	var req labelSelectorRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	selector, err := metav1.LabelSelectorAsSelector(req.Selector)
	if err != nil {
		return nil, err
	}
	return labelSelectorAnswer{selector.Matches(labels.Set(req.Labels)), selector.Empty()}, nil
}
