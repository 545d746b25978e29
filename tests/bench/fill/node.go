package main

import (
	"fmt"
	"math/rand/v2"

	"k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var zones = []string{"eu-central-1a", "eu-central-1b", "eu-central-1c"}
var machines = []string{"m7i.2xlarge", "m7i.4xlarge", "r7a.2xlarge", "c7g.4xlarge", "m6i.8xlarge"}
var pools = []string{"general", "batch", "spot", "memory", "edge"}

// node is the node at an index, with what its kubelet says of it.
func (w *world) node(index int) *v1.Node {
	random := w.random(index, "node")
	name := w.names[index]
	fate := w.fate(index)
	node := &v1.Node{}
	node.Name = name
	node.UID = uid("node/" + name)
	node.ResourceVersion = fmt.Sprint(1_000_000 + index)
	node.CreationTimestamp = at(random.IntN(10_000))
	node.Labels = nodeLabels(random, name, fate)
	node.Annotations = nodeAnnotations(random)
	node.Spec.PodCIDR = fmt.Sprintf("10.%d.%d.0/24", 64+index>>8&0x7f, index&0xff)
	node.Spec.PodCIDRs = []string{node.Spec.PodCIDR}
	node.Spec.ProviderID = fmt.Sprintf("aws:///%s/i-%s", node.Labels[v1.LabelTopologyZone], hex(random, 17))
	taint(random, node, fate)
	node.Status = nodeStatus(random, node, w.images)
	node.ManagedFields = nodeManagers(node)
	return node
}

func nodeLabels(random *rand.Rand, name string, fate fate) map[string]string {
	machine := machines[random.IntN(len(machines))]
	zone := zones[random.IntN(len(zones))]
	pool := pools[random.IntN(len(pools))]
	labels := map[string]string{
		"beta.kubernetes.io/arch":                  "amd64",
		"beta.kubernetes.io/instance-type":         machine,
		"beta.kubernetes.io/os":                    "linux",
		"failure-domain.beta.kubernetes.io/region": "eu-central-1",
		"failure-domain.beta.kubernetes.io/zone":   zone,
		"k8s.io/cloud-provider-aws":                "7f5a4c1be3a1e0a53f6b1f1c2d9b8c76",
		v1.LabelArchStable:                         "amd64",
		v1.LabelHostname:                           name,
		v1.LabelOSStable:                           "linux",
		v1.LabelInstanceTypeStable:                 machine,
		"node-role.kubernetes.io/worker":           "",
		"topology.ebs.csi.aws.com/zone":            zone,
		"topology.k8s.aws/zone-id":                 "euc1-az" + zone[len(zone)-1:],
		v1.LabelTopologyRegion:                     "eu-central-1",
		v1.LabelTopologyZone:                       zone,
		"example.com/pool":                         pool,
		"example.com/pool-image":                   "ami-" + hex(random, 17),
	}
	if pool == "spot" {
		labels["example.com/capacity"] = "spot"
	}
	if random.IntN(3) == 0 {
		labels["example.com/owner"] = "team-" + word(random, 4)
	}
	switch fate {
	case unselected, misscheduled:
		if random.IntN(3) == 0 {
			labels[v1.LabelOSStable] = "windows"
			labels["beta.kubernetes.io/os"] = "windows"
		} else {
			labels["example.com/compute"] = "serverless"
		}
	}
	return labels
}

func nodeAnnotations(random *rand.Rand) map[string]string {
	volume := "vol-" + hex(random, 17)
	return map[string]string{
		"csi.volume.kubernetes.io/nodeid":                        fmt.Sprintf(`{"ebs.csi.aws.com":"i-%s","efs.csi.aws.com":"i-%s"}`, hex(random, 17), volume[4:]),
		"node.alpha.kubernetes.io/ttl":                           "0",
		"alpha.kubernetes.io/provided-node-ip":                   fmt.Sprintf("10.%d.%d.%d", random.IntN(256), random.IntN(256), random.IntN(256)),
		"volumes.kubernetes.io/controller-managed-attach-detach": "true",
		"example.com/machine":                                    "fleet/" + word(random, 10),
	}
}

// taint gives the node what its pool and its state bring.
func taint(random *rand.Rand, node *v1.Node, fate fate) {
	add := func(key, value string, effect v1.TaintEffect) {
		node.Spec.Taints = append(node.Spec.Taints, v1.Taint{Key: key, Value: value, Effect: effect})
	}
	if node.Labels["example.com/pool"] == "spot" {
		add("example.com/spot", "true", v1.TaintEffectNoSchedule)
	}
	if node.Labels["example.com/pool"] == "batch" {
		add("example.com/batch", "nightly", v1.TaintEffectPreferNoSchedule)
	}
	if fate == tainted {
		add("example.com/dedicated", []string{"gpu", "database", "ingress"}[random.IntN(3)], v1.TaintEffectNoSchedule)
	}
	if random.IntN(100) == 0 {
		node.Spec.Unschedulable = true
		add(v1.TaintNodeUnschedulable, "", v1.TaintEffectNoSchedule)
	}
	if fate == notReady && random.IntN(4) == 0 {
		since := at(20_000)
		add(v1.TaintNodeNotReady, "", v1.TaintEffectNoSchedule)
		node.Spec.Taints = append(node.Spec.Taints, v1.Taint{Key: v1.TaintNodeNotReady, Effect: v1.TaintEffectNoExecute, TimeAdded: &since})
	}
}

func nodeStatus(random *rand.Rand, node *v1.Node, images int) v1.NodeStatus {
	amounts := func(cpu, memory string) v1.ResourceList {
		return v1.ResourceList{
			v1.ResourceCPU:              resource.MustParse(cpu),
			v1.ResourceMemory:           resource.MustParse(memory),
			v1.ResourceEphemeralStorage: resource.MustParse("104845292Ki"),
			v1.ResourcePods:             resource.MustParse("110"),
			"hugepages-1Gi":             resource.MustParse("0"),
			"hugepages-2Mi":             resource.MustParse("0"),
		}
	}
	status := v1.NodeStatus{
		Capacity:    amounts("16", "65011712Ki"),
		Allocatable: amounts("15890m", "63885312Ki"),
		Conditions:  nodeConditions(random, node),
		Addresses: []v1.NodeAddress{
			{Type: v1.NodeInternalIP, Address: node.Annotations["alpha.kubernetes.io/provided-node-ip"]},
			{Type: v1.NodeInternalDNS, Address: node.Name},
			{Type: v1.NodeHostName, Address: node.Name},
		},
		DaemonEndpoints: v1.NodeDaemonEndpoints{KubeletEndpoint: v1.DaemonEndpoint{Port: 10250}},
		NodeInfo: v1.NodeSystemInfo{
			MachineID: hex(random, 32), SystemUUID: string(uid("machine/" + node.Name)), BootID: string(uid("boot/" + node.Name)),
			KernelVersion: "6.12.40-64.114.amzn2023.x86_64", OSImage: "Amazon Linux 2023.8.20260210",
			ContainerRuntimeVersion: "containerd://2.1.5", KubeletVersion: "v1.37.1",
			OperatingSystem: node.Labels[v1.LabelOSStable], Architecture: "amd64",
		},
	}
	for range images {
		status.Images = append(status.Images, image(random))
	}
	return status
}

var repositories = []string{
	"registry.example.com/platform/payments-api", "registry.example.com/platform/checkout",
	"registry.example.com/data/stream-processor", "registry.example.com/infra/node-agent",
	"registry.example.com/infra/log-shipper", "registry.example.com/team/frontend",
}

// image has a digest that no other node's has, so that nothing compresses better than it would in the field.
func image(random *rand.Rand) v1.ContainerImage {
	repository := repositories[random.IntN(len(repositories))]
	return v1.ContainerImage{
		Names: []string{
			repository + "@sha256:" + hex(random, 64),
			fmt.Sprintf("%s:v%d.%d.%d", repository, random.IntN(9), random.IntN(40), random.IntN(20)),
		},
		SizeBytes: 10_000_000 + random.Int64N(900_000_000),
	}
}

func nodeConditions(random *rand.Rand, node *v1.Node) []v1.NodeCondition {
	ready, reason, message := v1.ConditionTrue, "KubeletReady", "kubelet is posting ready status"
	for _, taint := range node.Spec.Taints {
		if taint.Key == v1.TaintNodeNotReady {
			ready, reason, message = v1.ConditionFalse, "KubeletNotReady", "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized"
		}
	}
	since, beat := at(10_000), at(20_000+random.IntN(5))
	condition := func(kind v1.NodeConditionType, status v1.ConditionStatus, reason, message string) v1.NodeCondition {
		return v1.NodeCondition{Type: kind, Status: status, LastHeartbeatTime: beat, LastTransitionTime: since, Reason: reason, Message: message}
	}
	return []v1.NodeCondition{
		condition(v1.NodeMemoryPressure, v1.ConditionFalse, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
		condition(v1.NodeDiskPressure, v1.ConditionFalse, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
		condition(v1.NodePIDPressure, v1.ConditionFalse, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
		condition(v1.NodeNetworkUnavailable, v1.ConditionFalse, "RouteCreated", "the network plugin is running on this node"),
		condition("KernelDeadlock", v1.ConditionFalse, "KernelHasNoDeadlock", "kernel has no deadlock"),
		condition(v1.NodeReady, ready, reason, message),
	}
}

func nodeManagers(node *v1.Node) []metav1.ManagedFieldsEntry {
	kubelet := fields{"f:metadata": fields{
		"f:annotations": keys(node.Annotations, "alpha.kubernetes.io/provided-node-ip", "volumes.kubernetes.io/controller-managed-attach-detach"),
		"f:labels":      keys(node.Labels),
	}, "f:spec": fields{"f:providerID": fields{}}}
	controller := fields{"f:metadata": fields{"f:annotations": keys(node.Annotations, "node.alpha.kubernetes.io/ttl")},
		"f:spec": fields{"f:podCIDR": fields{}, "f:podCIDRs": fields{".": fields{}, fmt.Sprintf("v:%q", node.Spec.PodCIDR): fields{}}, "f:taints": fields{}}}
	conditions := fields{}
	for _, condition := range node.Status.Conditions {
		conditions[fmt.Sprintf(`k:{"type":%q}`, condition.Type)] = fields{
			"f:lastHeartbeatTime": fields{}, "f:lastTransitionTime": fields{}, "f:message": fields{}, "f:reason": fields{}, "f:status": fields{}}
	}
	status := fields{"f:status": fields{
		"f:allocatable": fields{"f:cpu": fields{}, "f:ephemeral-storage": fields{}, "f:memory": fields{}},
		"f:capacity":    fields{"f:memory": fields{}}, "f:conditions": conditions, "f:images": fields{},
		"f:nodeInfo": fields{"f:bootID": fields{}, "f:kernelVersion": fields{}, "f:machineID": fields{}, "f:systemUUID": fields{}},
	}}
	return []metav1.ManagedFieldsEntry{
		managed("kubelet", "", 0, kubelet),
		managed("kube-controller-manager", "", 5, controller),
		managed("kubelet", "status", 20_000, status),
	}
}
