package main

import (
	v1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/resource"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1 "k8s.io/kubernetes/pkg/apis/core/v1"
)

type podRequestsRequest struct {
	Gates    map[string]bool    `json:"gates"`
	Template v1.PodTemplateSpec `json:"template"`
}

type podRequestsAnswer struct {
	Requests map[string]string `json:"requests"`
}

// podRequests is what the scheduler counts for a pod of the template, after the
// defaults that the API server gives a pod as it is created: containers, init
// containers, sidecars, pod-level requests and overhead.
func podRequests(line []byte) (any, error) {
	var req podRequestsRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if err := setGates(req.Gates); err != nil {
		return nil, err
	}
	pod, err := defaulted(&v1.Pod{ObjectMeta: req.Template.ObjectMeta, Spec: req.Template.Spec})
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for name, quantity := range resource.PodRequests(pod, resource.PodResourcesOptions{}) {
		sums[string(name)] = quantity.String()
	}
	return podRequestsAnswer{sums}, nil
}

func defaulted(pod *v1.Pod) (*v1.Pod, error) {
	corev1.SetObjectDefaults_Pod(pod)
	internal := &core.Pod{}
	if err := corev1.Convert_v1_Pod_To_core_Pod(pod, internal, nil); err != nil {
		return nil, err
	}
	// The part that the pod's strategy does after admission.
	podutil.DefaultPodLevelResources(internal)
	stored := &v1.Pod{}
	if err := corev1.Convert_core_Pod_To_v1_Pod(internal, stored, nil); err != nil {
		return nil, err
	}
	return stored, nil
}
