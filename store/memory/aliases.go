package memory

import (
	"context"
	"iter"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

type aliases struct{ x *tx }

func (s aliases) Resolve(ctx context.Context, id rapport.ID) (rapport.ID, error) {
	if err := s.x.read(ctx); err != nil {
		return "", err
	}
	return s.resolve(id), nil
}

func (s aliases) resolve(id rapport.ID) rapport.ID {
	if current, ok := s.x.records.aliases.get(string(id)); ok {
		return current
	}
	return id
}

func (s aliases) Put(ctx context.Context, changes ...store.Alias) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	err := store.CheckAliases(changes,
		func(id rapport.ID) (rapport.ID, error) { return s.resolve(id), nil },
		func(id rapport.ID) ([]rapport.ID, error) { return s.of(id), nil })
	if err != nil {
		return err
	}
	for _, a := range changes {
		s.remove(a.Old)
		if a.Current != a.Old {
			r := &s.x.records
			r.aliases = r.aliases.put(s.x.seed, string(a.Old), a.Current)
			r.aliasesOf = r.aliasesOf.put(s.x.seed, sized(string(a.Current))+string(a.Old), a.Old)
		}
	}
	return nil
}

func (s aliases) remove(old rapport.ID) {
	r := &s.x.records
	if current, ok := r.aliases.get(string(old)); ok {
		r.aliases = r.aliases.remove(string(old))
		r.aliasesOf = r.aliasesOf.remove(sized(string(current)) + string(old))
	}
}

func (s aliases) Of(ctx context.Context, current rapport.ID) ([]rapport.ID, error) {
	if err := s.x.read(ctx); err != nil {
		return nil, err
	}
	return s.of(current), nil
}

func (s aliases) of(current rapport.ID) (all []rapport.ID) {
	prefix := sized(string(current))
	s.x.records.aliasesOf.from(prefix, func(key string, old rapport.ID) bool {
		if !strings.HasPrefix(key, prefix) {
			return false
		}
		all = append(all, old)
		return true
	})
	return all
}

func (s aliases) All(ctx context.Context) iter.Seq2[store.Alias, error] {
	return stream(ctx, s.x, nil, func(visit func(store.Alias) bool) {
		s.x.records.aliases.from("", func(old string, current rapport.ID) bool {
			return visit(store.Alias{Old: rapport.ID(old), Current: current})
		})
	})
}
