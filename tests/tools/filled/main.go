// Fills krew/ds.yaml as krew-release-bot does: with Go's own templates, the values of a
// release and the function that names an archive and its sum; the archives are read from
// a folder instead of from the release.
package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"text/template"
)

type release struct{ TagName, PluginOwner, PluginRepo string }

func main() {
	if len(os.Args) != 6 {
		exit(fmt.Errorf("usage: filled TEMPLATE TAG OWNER REPO FOLDER"))
	}
	file, values, folder := os.Args[1], release{os.Args[2], os.Args[3], os.Args[4]}, os.Args[5]
	functions := template.FuncMap{"addURIAndSha": func(address, tag string) (string, error) {
		return uriAndSum(address, tag, folder)
	}}
	manifest, err := template.New(filepath.Base(file)).Funcs(functions).ParseFiles(file)
	exit(err)
	exit(manifest.Execute(os.Stdout, values))
}

// The address is a template itself; the second line is indented as the bot indents it.
func uriAndSum(address, tag, folder string) (string, error) {
	parsed, err := template.New("address").Parse(address)
	if err != nil {
		return "", err
	}
	var uri bytes.Buffer
	if err := parsed.Execute(&uri, release{TagName: tag}); err != nil {
		return "", err
	}
	archive, err := os.ReadFile(filepath.Join(folder, path.Base(uri.String())))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("uri: %s\n    sha256: %x", uri.String(), sha256.Sum256(archive)), nil
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
