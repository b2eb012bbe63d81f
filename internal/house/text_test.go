package house_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/url"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// A textRule forbids a pattern in every text file of the repository.
type textRule struct {
	What    string
	Pattern *regexp.Regexp
	Any     []string // every match holds one of these, which is quicker to see
}

// mayMatch tells whether the pattern is worth trying.
func (r textRule) mayMatch(text []byte) bool {
	return slices.ContainsFunc(r.Any, func(part string) bool { return bytes.Contains(text, []byte(part)) })
}

// textRules are put together from parts, so that this file holds none of what
// it forbids. The hosts are those that this machine's go command is set to ask.
func textRules(t *testing.T) []textRule {
	t.Helper()
	rules := []textRule{
		{"path of a machine", regexp.MustCompile(`(^|[^\w.)}*])/(work|root|home|Users)` + `\b`), []string{"/" + "work", "/" + "root", "/" + "home", "/" + "Users"}},
		{"unfinished work", regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|HA` + `CK)\b`), []string{"TO" + "DO", "FIX" + "ME", "HA" + "CK"}},
	}
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOPROXY", "GOSUMDB").Output()
	require.NoError(t, err)
	for _, host := range registryHosts(string(out)) {
		rules = append(rules, textRule{"host of a registry", regexp.MustCompile(regexp.QuoteMeta(host)), []string{host}})
	}
	return rules
}

// registryHosts returns the host names in the settings of the go command.
func registryHosts(settings string) []string {
	var hosts []string
	for _, word := range strings.FieldsFunc(settings, func(r rune) bool { return strings.ContainsRune(", |\n+", r) }) {
		host := word
		if parsed, err := url.Parse(word); err == nil && parsed.Host != "" {
			host = parsed.Hostname()
		}
		if strings.Contains(host, ".") && !strings.Contains(host, "/") {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// textSlips lists the lines of the tree's text files that a rule forbids.
// Checksum files name hosts of modules by nature and are left out.
func textSlips(fsys fs.FS, rules []textRule) ([]string, error) {
	var found []string
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if skippedFolder(entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if entry.Name() == ".git" || path.Ext(name) == ".sum" {
			return nil
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil || !utf8.Valid(text) {
			return err
		}
		likely := slices.DeleteFunc(slices.Clone(rules), func(r textRule) bool { return !r.mayMatch(text) })
		if len(likely) == 0 {
			return nil
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			for _, rule := range likely {
				if rule.mayMatch(line) && rule.Pattern.Match(line) {
					found = append(found, fmt.Sprintf("%s:%d: %s: %s", name, i+1, rule.What, bytes.TrimSpace(line)))
				}
			}
		}
		return nil
	})
	return found, err
}

func TestTexts(t *testing.T) {
	found, err := textSlips(house(t).FS, textRules(t))
	require.NoError(t, err)
	requireNone(t, "no file names a path of a machine, a registry's host or unfinished work", found)
}

func TestTextsSeesViolations(t *testing.T) {
	bad := fixture(t, map[string]string{
		"README.md":      "go.work ties the modules; see /" + "home/me/notes\nTO" + "DO: more",
		".ci/run":        "curl https://" + "proxy.example.org/list\n",
		"go.sum":         "proxy.example.org v1\n",
		"image.png":      "\xff\xfe /" + "home/me\n",
		".git/config":    "/" + "home/me\n",
		"docs/fine.md":   "A deal that is to do with a network/root/cause.\n",
		"docs/quoted.md": "`/" + "root/x`",
		"docs/more.md":   "[/" + "work/a]\nfile:///" + "home/me\ncd /" + "root\n<../work/a> <$(dirname $0)/work>",
	})
	rules := textRules(t)
	for _, host := range registryHosts("https://proxy.example.org/mod,direct\nsum.example.org+033de0ae\n") {
		rules = append(rules, textRule{"host of a registry", regexp.MustCompile(regexp.QuoteMeta(host)), []string{host}})
	}
	found, err := textSlips(bad.FS, rules)
	require.NoError(t, err)
	requireSeen(t, []string{
		".ci/run:1: host of a registry: curl https://" + "proxy.example.org/list",
		"README.md:1: path of a machine: go.work ties the modules; see /" + "home/me/notes",
		"README.md:2: unfinished work: TO" + "DO: more",
		"docs/more.md:1: path of a machine: [/" + "work/a]",
		"docs/more.md:2: path of a machine: file:///" + "home/me",
		"docs/more.md:3: path of a machine: cd /" + "root",
		"docs/quoted.md:1: path of a machine: `/" + "root/x`",
	}, found)
	require.Equal(t, []string{"proxy.example.org", "sum.example.org"}, registryHosts("https://proxy.example.org/mod,direct\nsum.example.org+033de0ae\n"))
}

const longestFile = 400 // lines; a longer file holds more than one concept

// longFiles lists source files over the limit, but for those that the list
// names with a reason.
func longFiles(t *tree, allowed map[string]string) []string {
	var found []string
	t.sources(func(dir folder, f file) {
		lines := t.Fset.File(f.AST.Pos()).LineCount()
		if _, listed := allowed[f.Path]; !listed && lines > longestFile {
			found = append(found, fmt.Sprintf("%s has %d lines", f.Path, lines))
		}
	})
	return found
}

// longByNature names the files that may be longer, each with its reason.
func longByNature() map[string]string {
	return map[string]string{}
}

func TestFilesAreShort(t *testing.T) {
	requireNone(t, fmt.Sprintf("a file holds one concept in at most %d lines", longestFile), longFiles(house(t), longByNature()))
}

func TestFilesAreShortSeesViolations(t *testing.T) {
	long := "package a\n" + strings.Repeat("// line\n", longestFile)
	bad := fixture(t, map[string]string{"a/long.go": long, "a/table.go": long, "a/short.go": "package a\n", "a/long_test.go": long})
	requireSeen(t, []string{"a/long.go has 401 lines"}, longFiles(bad, map[string]string{"a/table.go": "one table"}))
}
