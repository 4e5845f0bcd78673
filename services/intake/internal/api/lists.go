package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/phananh/portal/pkg/jurisdiction"
)

// list is a document that changes with the data set only.
type list struct {
	body []byte
	etag string
}

type lists struct{ categories, jurisdiction list }

type textBody struct {
	Vi string `json:"vi"`
	En string `json:"en"`
}

type categoryBody struct {
	Code      string   `json:"code"`
	Name      textBody `json:"name"`
	Help      textBody `json:"help"`
	Example   textBody `json:"example"`
	Urgent    bool     `json:"urgent"`
	Emergency string   `json:"emergency,omitempty"`
}

type listedUnitBody struct {
	Code     string   `json:"code"`
	Kind     string   `json:"kind"`
	Name     textBody `json:"name"`
	Short    textBody `json:"short"`
	District string   `json:"district,omitempty"`
	Phone    string   `json:"phone,omitempty"`
	Address  string   `json:"address,omitempty"`
}

type districtBody struct {
	Code  string   `json:"code"`
	Name  textBody `json:"name"`
	Plain string   `json:"plain"`
	Unit  string   `json:"unit"`
}

type communeBody struct {
	Code     string   `json:"code"`
	Name     textBody `json:"name"`
	Plain    string   `json:"plain"`
	District string   `json:"district"`
}

type categoriesBody struct {
	Version    string         `json:"version"`
	Categories []categoryBody `json:"categories"`
}

type jurisdictionBody struct {
	Version   string           `json:"version"`
	Name      textBody         `json:"name"`
	Prefix    string           `json:"prefix"`
	Units     []listedUnitBody `json:"units"`
	Districts []districtBody   `json:"districts"`
	Communes  []communeBody    `json:"communes"`
}

func newLists(j *jurisdiction.Jurisdiction) (l lists, err error) {
	text := func(t jurisdiction.Text) textBody { return textBody(t) }
	cats := categoriesBody{Version: j.Version()}
	for _, c := range j.Categories() {
		cats.Categories = append(cats.Categories, categoryBody{
			Code: c.Code, Name: text(c.Name), Help: text(c.Help), Example: text(c.Example),
			Urgent: c.Urgent, Emergency: c.Emergency,
		})
	}
	all := jurisdictionBody{Version: j.Version(), Name: text(j.Name()), Prefix: j.Prefix()}
	for _, u := range j.Units() {
		all.Units = append(all.Units, listedUnitBody{
			Code: u.Code, Kind: string(u.Kind), Name: text(u.Name), Short: text(u.Short),
			District: u.District, Phone: u.Phone, Address: u.Address,
		})
	}
	for _, d := range j.Districts() {
		all.Districts = append(all.Districts, districtBody{Code: d.Code, Name: text(d.Name), Plain: d.Plain, Unit: d.Unit})
	}
	for _, c := range j.Communes() {
		all.Communes = append(all.Communes, communeBody{Code: c.Code, Name: text(c.Name), Plain: c.Plain, District: c.District})
	}
	if l.categories, err = newList(j.Version(), cats); err != nil {
		return lists{}, err
	}
	l.jurisdiction, err = newList(j.Version(), all)
	return l, err
}

// newList renders a list once. Its tag names the data's version, and by a hash
// also changes when a new program renders the same data differently.
func newList(version string, v any) (list, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return list{}, fmt.Errorf("render list: %w", err)
	}
	sum := sha256.Sum256(body)
	return list{body, fmt.Sprintf(`"%s-%s"`, version, hex.EncodeToString(sum[:6]))}, nil
}

// Categories lists what can be reported.
func (a *API) Categories(c *gin.Context) { a.lists.categories.serve(c) }

// Jurisdiction lists units, districts and communes.
func (a *API) Jurisdiction(c *gin.Context) { a.lists.jurisdiction.serve(c) }

func (l list) serve(c *gin.Context) {
	c.Header("ETag", l.etag)
	c.Header("Cache-Control", "public, max-age=300")
	if strings.Contains(c.GetHeader("If-None-Match"), l.etag) {
		c.Status(http.StatusNotModified)
		return
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", l.body)
}
