package main

import (
	"fmt"
	"math/rand/v2"

	apps "k8s.io/api/apps/v1"
	"k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/controller/daemon/util"
)

var otherNamespaces = []string{"payments", "checkout", "search", "data", "ci", "ingress", "frontend", "batch"}

// daemonPod is the DaemonSet's pod on the node at an index.
func (w *world) daemonPod(index int, fate fate) *v1.Pod {
	random := w.random(index, "daemon pod")
	revision := w.revisions[0]
	if fate == old {
		revision = w.revisions[1]
	}
	pod := w.pod(random, index, namespace, name+"-"+word(random, 5))
	pod.GenerateName = name + "-"
	pod.OwnerReferences = []metav1.OwnerReference{owner(w.daemon)}
	pod.Labels = map[string]string{
		apps.DefaultDaemonSetUniqueLabelKey: revision.Labels[apps.DefaultDaemonSetUniqueLabelKey],
		apps.DeprecatedTemplateGeneration:   fmt.Sprint(revision.Revision),
	}
	for key, value := range w.daemon.Spec.Template.Labels {
		pod.Labels[key] = value
	}
	w.daemon.Spec.Template.Spec.DeepCopyInto(&pod.Spec)
	if fate == old {
		pod.Spec.Containers[0].Image = "registry.example.com/infra/node-agent:v2.8.0"
	}
	util.AddOrUpdateDaemonPodTolerations(&pod.Spec)
	pod.Spec.Affinity = util.ReplaceDaemonSetPodNodeNameNodeAffinity(pod.Spec.Affinity, w.names[index])
	finish(random, pod, w.names[index], fate != notReady)
	return pod
}

// otherPod is one of the pods that the DaemonSet has nothing to do with; every
// fifth stands in its namespace.
func (w *world) otherPod(index, number int) *v1.Pod {
	random := w.random(index, fmt.Sprint("other pod ", number))
	in := namespace
	if number%5 != 0 {
		in = otherNamespaces[random.IntN(len(otherNamespaces))]
	}
	app := fmt.Sprintf("%s-%d", in, random.IntN(40))
	hash := word(rand.New(rand.NewPCG(uint64(len(app)), uint64(number))), 10)
	pod := w.pod(random, index, in, fmt.Sprintf("%s-%s-%s", app, hash, word(random, 5)))
	pod.GenerateName = app + "-" + hash + "-"
	pod.Labels = map[string]string{"app": app, apps.DefaultDeploymentUniqueLabelKey: hash, "app.kubernetes.io/part-of": in}
	replicaSet := &apps.ReplicaSet{ObjectMeta: metav1.ObjectMeta{Name: app + "-" + hash, UID: uid("replicaset/" + app + hash)}}
	pod.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(replicaSet, apps.SchemeGroupVersion.WithKind("ReplicaSet"))}
	pod.Spec = template(fmt.Sprintf("registry.example.com/platform/%s:v1.%d", app, random.IntN(30)))
	pod.Spec.Affinity, pod.Spec.HostNetwork, pod.Spec.ServiceAccountName = nil, false, app
	pod.Spec.Containers[0].Ports[0].HostPort = 0
	finish(random, pod, w.names[index], true)
	return pod
}

func (w *world) pod(random *rand.Rand, index int, namespace, name string) *v1.Pod {
	// The index makes it one of its kind, whatever the dice say.
	name = fmt.Sprintf("%s%s", name, word(rand.New(rand.NewPCG(uint64(index), 1)), 3))
	return &v1.Pod{ObjectMeta: metav1.ObjectMeta{
		Name: name, Namespace: namespace, UID: uid("pod/" + namespace + "/" + name), Generation: 1,
		ResourceVersion: fmt.Sprint(3_000_000 + index), CreationTimestamp: at(11_000 + random.IntN(5_000)),
	}}
}

// finish is what the API server, the scheduler and the kubelet add.
func finish(random *rand.Rand, pod *v1.Pod, node string, ready bool) {
	pod.Spec.NodeName = node
	token := "kube-api-access-" + word(random, 5)
	expires := int64(3607)
	pod.Spec.Volumes = append(pod.Spec.Volumes, v1.Volume{Name: token, VolumeSource: v1.VolumeSource{Projected: &v1.ProjectedVolumeSource{Sources: []v1.VolumeProjection{
		{ServiceAccountToken: &v1.ServiceAccountTokenProjection{ExpirationSeconds: &expires, Path: "token"}},
		{ConfigMap: &v1.ConfigMapProjection{LocalObjectReference: v1.LocalObjectReference{Name: "kube-root-ca.crt"}, Items: []v1.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}}}},
		{DownwardAPI: &v1.DownwardAPIProjection{Items: []v1.DownwardAPIVolumeFile{{Path: "namespace", FieldRef: &v1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"}}}}},
	}}}})
	container := &pod.Spec.Containers[0]
	container.VolumeMounts = append(container.VolumeMounts, v1.VolumeMount{Name: token, ReadOnly: true, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount"})
	pod.Spec.DeprecatedServiceAccount = pod.Spec.ServiceAccountName
	pod.Status = podStatus(random, pod, ready)
	pod.ManagedFields = podManagers(pod)
	legacyscheme.Scheme.Default(pod)
}

func podStatus(random *rand.Rand, pod *v1.Pod, ready bool) v1.PodStatus {
	started := pod.CreationTimestamp
	truth, reason := v1.ConditionTrue, ""
	state := v1.ContainerState{Running: &v1.ContainerStateRunning{StartedAt: started}}
	if !ready {
		truth, reason = v1.ConditionFalse, "ContainersNotReady"
		state = v1.ContainerState{Waiting: &v1.ContainerStateWaiting{Reason: "CrashLoopBackOff", Message: "back-off 5m0s restarting failed container=agent pod=" + pod.Name}}
	}
	condition := func(kind v1.PodConditionType, status v1.ConditionStatus, reason string) v1.PodCondition {
		return v1.PodCondition{Type: kind, Status: status, Reason: reason, LastTransitionTime: started, ObservedGeneration: 1}
	}
	container := pod.Spec.Containers[0]
	address := fmt.Sprintf("10.%d.%d.%d", random.IntN(256), random.IntN(256), random.IntN(256))
	restarts := int32(0)
	if !ready {
		restarts = 17
	}
	return v1.PodStatus{
		Phase: v1.PodRunning, QOSClass: v1.PodQOSBurstable, HostIP: address, PodIP: address, StartTime: &started, ObservedGeneration: 1,
		HostIPs: []v1.HostIP{{IP: address}}, PodIPs: []v1.PodIP{{IP: address}},
		Conditions: []v1.PodCondition{
			condition(v1.PodReadyToStartContainers, v1.ConditionTrue, ""), condition(v1.PodInitialized, v1.ConditionTrue, ""),
			condition(v1.PodReady, truth, reason), condition(v1.ContainersReady, truth, reason), condition(v1.PodScheduled, v1.ConditionTrue, ""),
		},
		ContainerStatuses: []v1.ContainerStatus{{
			Name: container.Name, Image: container.Image, ImageID: container.Image[:len(container.Image)-7] + "@sha256:" + hex(random, 64),
			ContainerID: "containerd://" + hex(random, 64), Ready: ready, Started: &ready, State: state, RestartCount: restarts,
		}},
	}
}

func podManagers(pod *v1.Pod) []metav1.ManagedFieldsEntry {
	controllerOwned := fields{
		"f:metadata": fields{"f:generateName": fields{}, "f:labels": keys(pod.Labels), "f:ownerReferences": fields{".": fields{}, fmt.Sprintf(`k:{"uid":%q}`, pod.OwnerReferences[0].UID): fields{}}},
		"f:spec": fields{
			"f:affinity": fields{}, "f:containers": fields{`k:{"name":"agent"}`: fields{
				".": fields{}, "f:args": fields{}, "f:env": fields{".": fields{}, `k:{"name":"NODE_NAME"}`: fields{".": fields{}, "f:name": fields{}, "f:valueFrom": fields{".": fields{}, "f:fieldRef": fields{}}}},
				"f:image": fields{}, "f:imagePullPolicy": fields{}, "f:name": fields{}, "f:ports": fields{}, "f:readinessProbe": fields{}, "f:resources": fields{}, "f:volumeMounts": fields{},
			}},
			"f:dnsPolicy": fields{}, "f:enableServiceLinks": fields{}, "f:nodeSelector": fields{}, "f:priorityClassName": fields{}, "f:restartPolicy": fields{},
			"f:schedulerName": fields{}, "f:securityContext": fields{}, "f:serviceAccount": fields{}, "f:tolerations": fields{}, "f:volumes": fields{},
		},
	}
	conditions := fields{".": fields{}}
	for _, condition := range pod.Status.Conditions {
		conditions[fmt.Sprintf(`k:{"type":%q}`, condition.Type)] = fields{".": fields{}, "f:lastTransitionTime": fields{}, "f:observedGeneration": fields{}, "f:status": fields{}, "f:type": fields{}}
	}
	status := fields{"f:status": fields{
		"f:conditions": conditions, "f:containerStatuses": fields{}, "f:hostIP": fields{}, "f:hostIPs": fields{}, "f:observedGeneration": fields{},
		"f:phase": fields{}, "f:podIP": fields{}, "f:podIPs": fields{".": fields{}, fmt.Sprintf(`k:{"ip":%q}`, pod.Status.PodIP): fields{".": fields{}, "f:ip": fields{}}}, "f:startTime": fields{},
	}}
	return []metav1.ManagedFieldsEntry{
		managed("kube-controller-manager", "", 11_000, controllerOwned),
		managed("kubelet", "status", 16_000, status),
	}
}
