package main

import (
	"encoding/json"
	"fmt"

	apps "k8s.io/api/apps/v1"
	"k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/pkg/controller"
)

const (
	namespace = "monitoring"
	name      = "node-agent"
)

// daemonSet is the DaemonSet and its revisions, the current one first.
func daemonSet() (*apps.DaemonSet, []*apps.ControllerRevision) {
	current := daemonSetOf("registry.example.com/infra/node-agent:v2.8.1")
	before := daemonSetOf("registry.example.com/infra/node-agent:v2.8.0")
	return current, []*apps.ControllerRevision{revision(current, 12), revision(before, 11)}
}

func daemonSetOf(image string) *apps.DaemonSet {
	unavailable := intstr.FromString("10%")
	labels := map[string]string{"app": name, "app.kubernetes.io/part-of": "observability"}
	set := &apps.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: namespace, UID: uid("daemonset"), Generation: 12, CreationTimestamp: at(0),
			Labels: labels, Annotations: map[string]string{apps.DeprecatedTemplateGeneration: "12"},
		},
		Spec: apps.DaemonSetSpec{
			Selector:       &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}},
			Template:       v1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: template(image)},
			UpdateStrategy: apps.DaemonSetUpdateStrategy{Type: apps.RollingUpdateDaemonSetStrategyType, RollingUpdate: &apps.RollingUpdateDaemonSet{MaxUnavailable: &unavailable}},
		},
		Status: apps.DaemonSetStatus{ObservedGeneration: 12},
	}
	legacyscheme.Scheme.Default(set)
	return set
}

// template asks for what real agents ask for: an operating system, six kinds of
// nodes to keep off, and tolerations of the pools that are tainted.
func template(image string) v1.PodSpec {
	unwanted := func(key string, values ...string) v1.NodeSelectorRequirement {
		return v1.NodeSelectorRequirement{Key: key, Operator: v1.NodeSelectorOpNotIn, Values: values}
	}
	return v1.PodSpec{
		ServiceAccountName: name,
		HostNetwork:        true,
		NodeSelector:       map[string]string{v1.LabelOSStable: "linux"},
		PriorityClassName:  "system-node-critical",
		Affinity: &v1.Affinity{NodeAffinity: &v1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &v1.NodeSelector{
			NodeSelectorTerms: []v1.NodeSelectorTerm{{MatchExpressions: []v1.NodeSelectorRequirement{
				unwanted("example.com/compute", "serverless"),
				unwanted("example.com/capacity", "reserved"),
				unwanted("example.com/owner", "team-none"),
				unwanted(v1.LabelArchStable, "arm", "s390x"),
				unwanted("example.com/agent", "off", "other"),
				unwanted(v1.LabelInstanceTypeStable, "t3.nano", "t3.micro"),
			}}},
		}}},
		Tolerations: []v1.Toleration{{Key: "example.com/spot", Operator: v1.TolerationOpExists, Effect: v1.TaintEffectNoSchedule}},
		Containers: []v1.Container{{
			Name: "agent", Image: image, Args: []string{"--node=$(NODE_NAME)", "--listen=:9100", "--path.rootfs=/host"},
			Ports: []v1.ContainerPort{{Name: "metrics", HostPort: 9100, ContainerPort: 9100, Protocol: v1.ProtocolTCP}},
			Env:   []v1.EnvVar{{Name: "NODE_NAME", ValueFrom: &v1.EnvVarSource{FieldRef: &v1.ObjectFieldSelector{FieldPath: "spec.nodeName"}}}},
			Resources: v1.ResourceRequirements{
				Requests: v1.ResourceList{v1.ResourceCPU: resource.MustParse("100m"), v1.ResourceMemory: resource.MustParse("128Mi")},
				Limits:   v1.ResourceList{v1.ResourceMemory: resource.MustParse("256Mi")},
			},
			ReadinessProbe: &v1.Probe{ProbeHandler: v1.ProbeHandler{HTTPGet: &v1.HTTPGetAction{Path: "/healthz", Port: intstr.FromInt32(9100)}}},
			VolumeMounts:   []v1.VolumeMount{{Name: "root", MountPath: "/host", ReadOnly: true}},
		}},
		Volumes: []v1.Volume{{Name: "root", VolumeSource: v1.VolumeSource{HostPath: &v1.HostPathVolumeSource{Path: "/"}}}},
	}
}

// revision records a template as the controller does: a patch that replaces it,
// named by the controller's own hash.
func revision(set *apps.DaemonSet, number int64) *apps.ControllerRevision {
	hash := controller.ComputeHash(&set.Spec.Template, nil)
	labels := map[string]string{apps.DefaultDaemonSetUniqueLabelKey: hash}
	for key, value := range set.Spec.Template.Labels {
		labels[key] = value
	}
	return &apps.ControllerRevision{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("%s-%s", name, hash), Namespace: namespace, UID: uid("revision/" + hash), CreationTimestamp: at(int(number)),
			Labels: labels, Annotations: set.Annotations, OwnerReferences: []metav1.OwnerReference{owner(set)},
		},
		Data:     runtime.RawExtension{Raw: patch(set)},
		Revision: number,
	}
}

func patch(set *apps.DaemonSet) []byte {
	encoded, err := runtime.Encode(legacyscheme.Codecs.LegacyCodec(apps.SchemeGroupVersion), set)
	if err != nil {
		panic(err) // a DaemonSet of ours always encodes
	}
	var raw map[string]any
	if err := json.Unmarshal(encoded, &raw); err != nil {
		panic(err) // as does what was just encoded
	}
	template := raw["spec"].(map[string]any)["template"].(map[string]any)
	template["$patch"] = "replace"
	made, err := json.Marshal(map[string]any{"spec": map[string]any{"template": template}})
	if err != nil {
		panic(err)
	}
	return made
}

func owner(set *apps.DaemonSet) metav1.OwnerReference {
	return *metav1.NewControllerRef(set, apps.SchemeGroupVersion.WithKind("DaemonSet"))
}
