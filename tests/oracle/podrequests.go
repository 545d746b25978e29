package main

import (
	"fmt"
	"reflect"

	v1 "k8s.io/api/core/v1"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-helpers/resource"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1 "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/features"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/plugin/pkg/admission/limitranger"
)

type podRequestsRequest struct {
	Gates       map[string]bool    `json:"gates"`
	Template    v1.PodTemplateSpec `json:"template"`
	LimitRanges []v1.LimitRange    `json:"limitRanges"`
}

type podRequestsAnswer struct {
	Requests map[string]string `json:"requests"`
}

// podRequests is what the scheduler counts for a pod of the template, after the
// defaults that the API server gives a pod as it is created: those of containers, those
// of the LimitRanges of its namespace, and those of the pod as a whole.
func podRequests(line []byte) (any, error) {
	var req podRequestsRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if err := setGates(req.Gates); err != nil {
		return nil, err
	}
	pod := &v1.Pod{ObjectMeta: req.Template.ObjectMeta, Spec: req.Template.Spec}
	stored, err := defaulted(pod, req.LimitRanges)
	if err != nil {
		return nil, err
	}
	return sums(resource.PodRequests(stored, resource.PodResourcesOptions{})), nil
}

type scheduledRequest struct {
	Gates map[string]bool `json:"gates"`
	Pod   v1.Pod          `json:"pod"`
}

// scheduled is what the scheduler counts for a pod that is on a node: what
// PodInfo.CalculateResource makes of it, with the names and suffixes of PodRequests,
// which it calls.
func scheduled(line []byte) (any, error) {
	var req scheduledRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if err := setGates(req.Gates); err != nil {
		return nil, err
	}
	info, err := framework.NewPodInfo(&req.Pod)
	if err != nil {
		return nil, err
	}
	enabled := utilfeature.DefaultFeatureGate.Enabled
	requests := resource.PodRequests(&req.Pod, resource.PodResourcesOptions{
		UseStatusResources: enabled(features.InPlacePodVerticalScaling),
		InPlacePodLevelResourcesVerticalScalingEnabled: enabled(features.InPlacePodLevelResourcesVerticalScaling),
		SkipPodLevelResources:                          !enabled(features.PodLevelResources),
		UseDRANodeAllocatableResourceClaimStatus:       enabled(features.DRANodeAllocatableResources),
	})
	counted := info.CalculateResource().Resource
	if sum := framework.NewResource(requests); !reflect.DeepEqual(sum, counted) {
		return nil, fmt.Errorf("the scheduler counts %+v, and PodRequests gives %+v", counted, sum)
	}
	return sums(requests), nil
}

func sums(requests v1.ResourceList) podRequestsAnswer {
	sums := map[string]string{}
	for name, quantity := range requests {
		sums[string(name)] = quantity.String()
	}
	return podRequestsAnswer{sums}
}

// defaulted is the pod as it is stored.
func defaulted(pod *v1.Pod, limitRanges []v1.LimitRange) (*v1.Pod, error) {
	corev1.SetObjectDefaults_Pod(pod)
	internal := &core.Pod{}
	if err := corev1.Convert_v1_Pod_To_core_Pod(pod, internal, nil); err != nil {
		return nil, err
	}
	for i := range limitRanges {
		corev1.SetObjectDefaults_LimitRange(&limitRanges[i])
		if err := limitranger.PodMutateLimitFunc(&limitRanges[i], internal); err != nil {
			return nil, err
		}
	}
	// The part that the pod's strategy does after admission.
	podutil.DefaultPodLevelResources(internal)
	stored := &v1.Pod{}
	if err := corev1.Convert_core_Pod_To_v1_Pod(internal, stored, nil); err != nil {
		return nil, err
	}
	return stored, nil
}
