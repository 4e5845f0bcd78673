package journal

import (
	"cmp"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Privileges is what the account of a connection may do.
type Privileges struct {
	User   string // empty: nobody is logged in, so everybody may do everything
	Grants []Grant
}

// Grant allows actions on collections. An empty name means every database, or
// every collection.
type Grant struct {
	Database, Collection string
	Actions              []string // as MongoDB names them, such as "insert"
}

// May says whether the account may perform an action on a collection.
func (p Privileges) May(action, database, collection string) bool {
	if p.User == "" {
		return true
	}
	return slices.ContainsFunc(p.Grants, func(g Grant) bool {
		covers := (g.Database == "" || g.Database == database) && (g.Collection == "" || g.Collection == collection)
		return covers && (slices.Contains(g.Actions, action) || slices.Contains(g.Actions, "anyAction"))
	})
}

// Need is what the portal does to a collection, as MongoDB names it.
type Need struct {
	Database, Collection string
	Actions              []string
	Record               bool // only ever added to
}

// Needs lists what the portal does in the databases of a journal's name.
func Needs(name string) []Need {
	var needs []Need
	for database, collections := range Databases(name) {
		for _, c := range collections {
			n := Need{Database: database, Collection: c, Actions: []string{"find", "insert"}, Record: true}
			switch c {
			case outboxName, sessionsName, probesName:
				n.Actions, n.Record = append(n.Actions, "remove"), false
			case reportsName, actionsName:
				n.Actions = append(n.Actions, "collStats") // counted
			}
			needs = append(needs, n)
		}
	}
	slices.SortFunc(needs, func(a, b Need) int {
		return cmp.Or(cmp.Compare(a.Database, b.Database), cmp.Compare(a.Collection, b.Collection))
	})
	return needs
}

// Rewriting are the actions by which an account could change what was
// recorded. The portal needs none of them on a collection that it only adds to.
func Rewriting() []string { return []string{"update", "remove", "dropCollection", "dropDatabase"} }

func readPrivileges(r bson.Raw) (Privileges, error) {
	var d struct {
		Info struct {
			Users []struct {
				User string `bson:"user"`
				DB   string `bson:"db"`
			} `bson:"authenticatedUsers"`
			Privileges *[]struct {
				Resource struct {
					Cluster    bool   `bson:"cluster"` // and not a collection
					Database   string `bson:"db"`      // this and the next are missing for anyResource
					Collection string `bson:"collection"`
				} `bson:"resource"`
				Actions []string `bson:"actions"`
			} `bson:"authenticatedUserPrivileges"`
		} `bson:"authInfo"`
	}
	if err := bson.Unmarshal(r, &d); err != nil {
		return Privileges{}, fmt.Errorf("connectionStatus: %w", err)
	}
	if len(d.Info.Users) == 0 {
		return Privileges{}, nil
	}
	if d.Info.Privileges == nil {
		return Privileges{}, ErrNotOffered
	}
	u := d.Info.Users[0]
	p := Privileges{User: u.User + "@" + u.DB}
	for _, g := range *d.Info.Privileges {
		if !g.Resource.Cluster {
			p.Grants = append(p.Grants, Grant{Database: g.Resource.Database, Collection: g.Resource.Collection, Actions: g.Actions})
		}
	}
	return p, nil
}
