package scoring

import (
	"hash/maphash"
	"math/bits"

	"github.com/rapport-crm/rapport"
)

// account is what is kept of one customer while rows come in any order: 48
// bytes.
type account struct {
	id      rapport.ID
	date    date   // purchase date that came last; noDate before the first
	first   date   // earliest in the calibration period; noDate if there is none, seenDate if other rows are
	earlier uint32 // how many purchase dates came before date
	returns link   // the chain of returns to deduct

	amount      int64 // of all purchases in the calibration period
	firstAmount int64 // of those on the first date
}

// link is the position of an element of a pool plus 1; 0 is the end of a chain.
type link uint32

// directory finds the account of an id: a hash table with open addressing whose
// slots hold 32 bits of the hash and the number of the account, 8 bytes. The
// position is the top bits of the hash, so doubling the table reads and writes
// memory in sequence.
type directory struct {
	seed     maphash.Seed
	slots    []slot
	shift    int // position = hash >> shift
	accounts pool[account]
	interner interner
}

// slot is hash<<32 | number of the account + 1; 0 is empty.
type slot uint64

const firstSlotsLog2 = 8

func newDirectory() directory {
	return directory{
		seed:  maphash.MakeSeed(), // decides the layout of the table only
		slots: make([]slot, 1<<firstSlotsLog2),
		shift: 32 - firstSlotsLog2,
	}
}

func (d *directory) hash(id rapport.ID) uint32 {
	return uint32(maphash.String(d.seed, string(id)))
}

// home returns what the first slot for a hash holds. It brings the slot into the
// cache before [directory.candidate] has to decide by it.
func (d *directory) home(hash uint32) uint32 { return uint32(d.slots[hash>>d.shift]) }

// candidate returns the number plus 1 of the account that an id with this hash
// most probably has; 0 if there is none.
func (d *directory) candidate(hash uint32) uint32 {
	mask := len(d.slots) - 1
	for position := int(hash >> d.shift); ; position = (position + 1) & mask {
		s := d.slots[position]
		if s == 0 || uint32(s>>32) == hash {
			return uint32(s)
		}
	}
}

// find returns the number of the account of a customer, a new one at its first
// row.
func (d *directory) find(id rapport.ID, hash uint32) (uint32, error) {
	mask := len(d.slots) - 1
	position := int(hash >> d.shift)
	for ; d.slots[position] != 0; position = (position + 1) & mask {
		s := d.slots[position]
		if uint32(s>>32) == hash && d.accounts.at(uint32(s)-1).id == id {
			return uint32(s) - 1, nil
		}
	}
	if err := id.Validate(); err != nil {
		return 0, err
	}
	number, err := d.accounts.push(account{id: d.interner.keep(id), date: noDate, first: noDate})
	if err != nil {
		return 0, err
	}
	d.slots[position] = slot(hash)<<32 | slot(number+1)
	if 4*uint64(d.accounts.length) > 3*uint64(len(d.slots)) && d.shift > 0 {
		d.grow()
	}
	return number, nil
}

// grow doubles the table.
func (d *directory) grow() {
	old := d.slots
	d.slots = make([]slot, 2*len(old))
	d.shift = 32 - bits.Len(uint(len(old)))
	mask := len(d.slots) - 1
	for _, s := range old {
		if s == 0 {
			continue
		}
		position := int(uint32(s>>32) >> d.shift)
		for d.slots[position] != 0 {
			position = (position + 1) & mask
		}
		d.slots[position] = s
	}
}
