package main

import (
	"errors"
	"runtime/debug"
)

// version names the Kubernetes release whose code answers, from the build info
// of this very binary.
func version([]byte) (any, error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil, errors.New("the binary carries no build info")
	}
	for _, module := range info.Deps {
		if module.Path == "k8s.io/kubernetes" {
			return struct {
				Kubernetes string `json:"kubernetes"`
				Go         string `json:"go"`
			}{module.Version, info.GoVersion}, nil
		}
	}
	return nil, errors.New("the build info doesn't name k8s.io/kubernetes")
}
