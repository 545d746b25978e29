package main

import (
	"encoding/json"

	"sigs.k8s.io/yaml"
)

type yamlRequest struct {
	Text string `json:"text"`
}

type yamlAnswer struct {
	Value json.RawMessage `json:"value"`
}

// readYAML is what kubectl and every client in Go make of a text, which is YAML 1.1.
func readYAML(line []byte) (any, error) {
	var req yamlRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	value, err := yaml.YAMLToJSONStrict([]byte(req.Text))
	if err != nil {
		return nil, err
	}
	return yamlAnswer{value}, nil
}
