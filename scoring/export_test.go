package scoring

import "github.com/rapport-crm/rapport"

// FindAll returns the numbers that a directory gives to ids whose hashes are
// chosen by the test.
func FindAll(ids []rapport.ID, hash func(i int) uint32) ([]uint32, error) {
	d := newDirectory()
	numbers := make([]uint32, len(ids))
	for i, id := range ids {
		var err error
		if numbers[i], err = d.find(id, hash(i)); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}
