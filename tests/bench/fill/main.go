// fill makes a cluster of any size that looks like a real one: nodes with their
// images, conditions and managed fields, a DaemonSet with its revisions, a pod of it
// on most nodes, and pods of others. It writes them as kubectl prints them, or
// straight into etcd as the API server stores them. The same arguments make the
// same cluster, byte for byte.
//
//	go run ./bench/fill -nodes 5000 -json cluster.json -yaml cluster.yaml
//	go run ./bench/fill -nodes 5000 -others 5 -etcd http://127.0.0.1:2379
//
// On standard output it says what it made, as JSON.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "fill:", err)
		os.Exit(1)
	}
}

// summary is what a bench must know of the cluster to ask about it.
type summary struct {
	Namespace string `json:"namespace"`
	DaemonSet string `json:"daemonSet"`
	Selector  string `json:"selector"`
	// Node runs a pod of the DaemonSet that is ready, Missing should and has none.
	Node       string `json:"node"`
	Missing    string `json:"missing"`
	Nodes      int    `json:"nodes"`
	DaemonPods int    `json:"daemonPods"`
	OtherPods  int    `json:"otherPods"`
}

func run() error {
	nodes := flag.Int("nodes", 1000, "how many nodes")
	images := flag.Int("images", 50, "images on each node")
	others := flag.Int("others", 0, "pods of others for each node")
	jsonFile := flag.String("json", "", "write a List to this file as `kubectl get -o json` prints it")
	yamlFile := flag.String("yaml", "", "write a List to this file as `kubectl get -o yaml` prints it")
	endpoint := flag.String("etcd", "", "write the objects into the etcd at this address")
	flag.Parse()
	if *nodes < 1 || *nodes > 1<<20 {
		return errors.New("-nodes wants a number from 1 to 1048576")
	}
	world := newWorld(*nodes, *images, *others)
	if *jsonFile != "" {
		if err := writeFile(*jsonFile, world, jsonStyle{}); err != nil {
			return err
		}
	}
	if *yamlFile != "" {
		if err := writeFile(*yamlFile, world, yamlStyle{}); err != nil {
			return err
		}
	}
	if *endpoint != "" {
		if err := store(*endpoint, world); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(world.summary())
}
