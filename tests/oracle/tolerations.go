package main

import (
	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/controller/daemon/util"
)

type tolerationsRequest struct {
	Template v1.PodTemplateSpec `json:"template"`
}

type tolerationsAnswer struct {
	Tolerations []v1.Toleration `json:"tolerations"`
}

// tolerations is what the controller puts on the pods of a template.
func tolerations(line []byte) (any, error) {
	var req tolerationsRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	util.AddOrUpdateDaemonPodTolerations(&req.Template.Spec)
	return tolerationsAnswer{req.Template.Spec.Tolerations}, nil
}
