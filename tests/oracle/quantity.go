package main

import "k8s.io/apimachinery/pkg/api/resource"

type quantityRequest struct {
	Terms []string `json:"terms"`
}

type quantityAnswer struct {
	Sum string `json:"sum"`
}

// quantity is resource.ParseQuantity of all terms, and their sum in canonical form.
func quantity(line []byte) (any, error) {
	var req quantityRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	var sum resource.Quantity
	for _, term := range req.Terms {
		parsed, err := resource.ParseQuantity(term)
		if err != nil {
			return nil, err
		}
		sum.Add(parsed)
	}
	return quantityAnswer{sum.String()}, nil
}
