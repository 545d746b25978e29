// Reads what Prometheus would read, with Prometheus' own parsers: `check metrics` the text
// exposition format from stdin, `check rules FILE` a file of rules. It prints what it read as
// JSON, and ends with 1 where something is wrong.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// A sample as it was read.
type sample struct {
	Name   string            `json:"name"`
	Type   string            `json:"type"`
	Labels map[string]string `json:"labels"`
	Value  float64           `json:"value"`
}

// A rule as it was read.
type rule struct {
	Alert       string            `json:"alert"`
	Metrics     []string          `json:"metrics"`
	Annotations map[string]string `json:"annotations"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	var read any
	var err error
	switch {
	case len(args) == 1 && args[0] == "metrics":
		read, err = metrics(os.Stdin)
	case len(args) == 2 && args[0] == "rules":
		read, err = rules(args[1])
	default:
		err = errors.New("usage: check metrics, or check rules FILE")
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(read)
}

func metrics(in io.Reader) ([]sample, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	problems, err := promlint.New(bytes.NewReader(text)).Lint()
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("%+v", problems)
	}
	textParser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := textParser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	samples := []sample{}
	for name, family := range families {
		for _, metric := range family.GetMetric() {
			labels := map[string]string{}
			for _, pair := range metric.GetLabel() {
				labels[pair.GetName()] = pair.GetValue()
			}
			samples = append(samples, sample{name, family.GetType().String(), labels, metric.GetGauge().GetValue()})
		}
	}
	return samples, nil
}

func rules(file string) ([]rule, error) {
	promql := parser.NewParser(parser.Options{})
	groups, problems := rulefmt.ParseFile(file, false, model.UTF8Validation, promql, slog.New(slog.DiscardHandler))
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	read := []rule{}
	for _, group := range groups.Groups {
		for _, of := range group.Rules {
			expression, err := promql.ParseExpr(of.Expr)
			if err != nil {
				return nil, err
			}
			names := []string{}
			parser.Inspect(expression, func(node parser.Node, _ []parser.Node) error {
				if selector, ok := node.(*parser.VectorSelector); ok {
					names = append(names, selector.Name)
				}
				return nil
			})
			read = append(read, rule{of.Alert, names, of.Annotations})
		}
	}
	return read, nil
}
