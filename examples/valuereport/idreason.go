package main

import (
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport"
)

func idReason(err error) error {
	if bad, ok := errors.AsType[*rapport.IDError](err); ok {
		switch bad.Reason {
		case "too long":
			return fmt.Errorf("is longer than %d bytes", rapport.MaxIDLength)
		case "not UTF-8":
			return errors.New("is not UTF-8")
		case "control character":
			return errors.New("has a control character")
		}
		return fmt.Errorf("is %s", bad.Reason)
	}
	return err
}
