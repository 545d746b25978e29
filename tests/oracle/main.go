// The oracle answers questions about DaemonSets with upstream's own code: one
// request a line (JSON) on standard input, one answer a line on standard output,
// in the same order. It exists to judge the engine, so nothing in it decides
// anything by itself.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	kjson "k8s.io/apimachinery/pkg/util/json"
)

// request is what every line has; the rest of the line belongs to the operation.
type request struct {
	ID json.RawMessage `json:"id"`
	Op string          `json:"op"`
}

// operation answers one request. The line is decoded by the operation itself, as
// strictly as the API server decodes (case-sensitive, integers kept).
type operation func(line []byte) (any, error)

var operations = map[string]operation{
	"version":       version,
	"eligibility":   eligibility,
	"podRequests":   podRequests,
	"scheduled":     scheduled,
	"tolerations":   tolerations,
	"quantity":      quantity,
	"labelSelector": labelSelector,
	"benchNodes":    benchNodes,
	"bench":         bench,
	"rollout":       rollout,
	"schema":        schema,
	"defaults":      defaults,
	"apply":         apply,
	"history":       history,
	"historyLimit":  historyLimit,
	"claims":        claims,
	"update":        update,
	"yaml":          readYAML,
	"validate":      validate,
}

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

// serve answers until the input ends. Answers are flushed as soon as no further
// request is waiting, so a client may send one and wait, or send many at once.
func serve(in io.Reader, out io.Writer) error {
	reader := bufio.NewReaderSize(in, 1<<20)
	writer := bufio.NewWriterSize(out, 1<<20)
	for {
		line, err := reader.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := answer(writer, line); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return writer.Flush()
		}
		if err != nil {
			return err
		}
		if reader.Buffered() == 0 {
			if err := writer.Flush(); err != nil {
				return err
			}
		}
	}
}

// answer writes {"id":…} with the operation's own fields, or with "error".
func answer(out *bufio.Writer, line []byte) error {
	var req request
	err := json.Unmarshal(line, &req)
	if len(req.ID) == 0 {
		req.ID = json.RawMessage("null")
	}
	var result any
	if err == nil {
		result, err = run(req.Op, line)
	}
	if err != nil {
		result = struct {
			Error string `json:"error"`
		}{err.Error()}
	}
	body, err := json.Marshal(result)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "{\"id\":%s,%s\n", req.ID, body[1:])
	return err
}

func run(op string, line []byte) (any, error) {
	operation, known := operations[op]
	if !known {
		return nil, fmt.Errorf("unknown op %q", op)
	}
	return operation(line)
}

func decode(line []byte, into any) error {
	return kjson.Unmarshal(line, into)
}
