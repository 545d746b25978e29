package main

import (
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-base/featuregate"
)

// gateDefaults remembers what a gate was before a request set it for the first
// time, so that no request sees the gates of an earlier one.
var gateDefaults = map[string]bool{}

// setGates makes the process-wide feature gates those of the request: what it
// names, and the release's defaults for all else.
func setGates(wanted map[string]bool) error {
	for name := range wanted {
		if _, known := gateDefaults[name]; !known {
			if _, exists := utilfeature.DefaultMutableFeatureGate.GetAll()[featuregate.Feature(name)]; !exists {
				return utilfeature.DefaultMutableFeatureGate.SetFromMap(wanted)
			}
			gateDefaults[name] = utilfeature.DefaultFeatureGate.Enabled(featuregate.Feature(name))
		}
	}
	changes := map[string]bool{}
	for name, value := range gateDefaults {
		if requested, named := wanted[name]; named {
			value = requested
		}
		if utilfeature.DefaultFeatureGate.Enabled(featuregate.Feature(name)) != value {
			changes[name] = value
		}
	}
	if len(changes) == 0 {
		return nil
	}
	return utilfeature.DefaultMutableFeatureGate.SetFromMap(changes)
}
