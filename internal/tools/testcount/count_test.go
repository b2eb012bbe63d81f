package main

import (
	"strings"
	"testing"
)

const stream = `{"Action":"start","Package":"a"}
{"Action":"run","Package":"a","Test":"TestGood"}
{"Action":"output","Package":"a","Test":"TestBad/sub","Output":"=== RUN   TestBad/sub\n"}
{"Action":"output","Package":"a","Test":"TestGood","Output":"quiet\n"}
{"Action":"pass","Package":"a","Test":"TestGood","Elapsed":0.1}
{"Action":"run","Package":"a","Test":"TestBad"}
{"Action":"run","Package":"a","Test":"TestBad/sub"}
{"Action":"output","Package":"a","Test":"TestBad/sub","Output":"got 1, want 2\n"}
{"Action":"fail","Package":"a","Test":"TestBad/sub","Elapsed":0}
{"Action":"fail","Package":"a","Test":"TestBad","Elapsed":0}
{"Action":"output","Package":"a","Test":"TestAway","Output":"skip: reference data absent: x\n"}
{"Action":"skip","Package":"a","Test":"TestAway","Elapsed":0}
{"Action":"fail","Package":"a","Elapsed":0.2}
{"Action":"start","Package":"b"}
{"Action":"skip","Package":"b","Elapsed":0}
{"ImportPath":"c","Action":"build-output","Output":"c.go:1:1: undefined: x\n"}
{"ImportPath":"c","Action":"build-fail"}
{"Action":"fail","Package":"c","Elapsed":0,"FailedBuild":"c"}
{"Action":"pass","Package":"d","Test":"ExampleD","Elapsed":0}
{"Action":"pass","Package":"d","Elapsed":1.5}
`

func TestRead(t *testing.T) {
	var out strings.Builder
	got, err := read(strings.NewReader(stream), &out)
	if err != nil {
		t.Fatal(err)
	}
	// TestBad, its subtest and the package that does not build; the package
	// without tests is no skipped test.
	if want := (counts{Passed: 2, Failed: 3, Skipped: 1}); got != want {
		t.Errorf("read the stream: got %v, want %v", got, want)
	}
	want := `got 1, want 2
skipped a TestAway
skip: reference data absent: x
FAIL a
c.go:1:1: undefined: x
FAIL c
ok   d 1.5s
`
	if out.String() != want {
		t.Errorf("printed:\n%s\nwant:\n%s", out.String(), want)
	}
}

func TestReadRefusesOtherText(t *testing.T) {
	_, err := read(strings.NewReader("ok  \ta\t0.1s\n"), &strings.Builder{})
	if err == nil {
		t.Error("plain go test output: got no error, want one")
	}
}

func TestGood(t *testing.T) {
	for _, test := range []struct {
		counts counts
		want   bool
	}{
		{counts{Passed: 1}, true},
		{counts{Passed: 1, Skipped: 1}, true},
		{counts{}, false},
		{counts{Passed: 9, Failed: 1}, false},
	} {
		if got := test.counts.good(); got != test.want {
			t.Errorf("good of %v: got %v, want %v", test.counts, got, test.want)
		}
	}
}
