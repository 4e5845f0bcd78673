package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/phananh/portal/pkg/embedded"
	"github.com/phananh/portal/pkg/embedded/embeddedtest"
)

func collection(t *testing.T, name string) *mongo.Collection {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(embeddedtest.Start(t).MongoDB))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return client.Database(embeddedtest.Database).Collection(name)
}

// fill brings a collection to n documents of about 700 bytes.
func fill(t *testing.T, c *mongo.Collection, from, n int) {
	t.Helper()
	padding := strings.Repeat("x", 650)
	for ; from < n; from += 500 {
		docs := make([]any, min(500, n-from))
		for i := range docs {
			docs[i] = bson.D{{Key: "_id", Value: fmt.Sprintf("id-%09d", from+i)}, {Key: "p", Value: padding}}
		}
		if _, err := c.InsertMany(t.Context(), docs); err != nil {
			t.Fatal(err)
		}
	}
}

// readCost is the median time of a read by _id, spread over n documents.
func readCost(t *testing.T, c *mongo.Collection, n int) time.Duration {
	t.Helper()
	took := make([]time.Duration, 101)
	for i := range took {
		id := fmt.Sprintf("id-%09d", i*(n-1)/len(took))
		begun := time.Now()
		if err := c.FindOne(t.Context(), bson.D{{Key: "_id", Value: id}}).Err(); err != nil {
			t.Fatal(err)
		}
		took[i] = time.Since(begun)
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// A read that scanned would cost fifty times as much at the end: the limit of
// three times leaves room for noise and none for a scan.
func TestReadByIDCostsTheSameAt1000AndAt50000Documents(t *testing.T) {
	c := collection(t, "reports")
	fill(t, c, 0, 1000)
	few := readCost(t, c, 1000)
	fill(t, c, 1000, 50_000)
	many := readCost(t, c, 50_000)
	t.Logf("median read by _id: %v at 1,000 documents, %v at 50,000", few, many)
	if many > 3*few+200*time.Microsecond {
		t.Errorf("a read costs %v at 50,000 documents and %v at 1,000", many, few)
	}
}

func TestUnorderedInsertTellsWhichDocumentsCollided(t *testing.T) {
	c := collection(t, "actions")
	fill(t, c, 0, 1)
	docs := []any{
		bson.D{{Key: "_id", Value: "new-1"}},
		bson.D{{Key: "_id", Value: "id-000000000"}},
		bson.D{{Key: "_id", Value: "new-2"}},
		bson.D{{Key: "_id", Value: "new-1"}},
	}
	_, err := c.InsertMany(t.Context(), docs, options.InsertMany().SetOrdered(false))
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || len(bulk.WriteErrors) != 2 || bulk.WriteErrors[0].Index != 1 || bulk.WriteErrors[1].Index != 3 {
		t.Fatalf("got %v", err)
	}
	if n, err := c.CountDocuments(t.Context(), bson.D{}); err != nil || n != 3 {
		t.Errorf("%d documents, %v", n, err)
	}
}

func TestARestartedEngineKeepsWhatItAcknowledged(t *testing.T) {
	dir := t.TempDir()
	first, stop := embeddedtest.StartIn(t, dir)
	client, err := mongo.Connect(options.Client().ApplyURI(first.MongoDB))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, client.Database(embeddedtest.Database).Collection("reports"), 0, 1000)
	if err := client.Disconnect(context.Background()); err != nil {
		t.Fatal(err)
	}
	stop()
	again, _ := embeddedtest.StartIn(t, dir)
	client, err = mongo.Connect(options.Client().ApplyURI(again.MongoDB))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.Background()) }()
	n, err := client.Database(embeddedtest.Database).Collection("reports").CountDocuments(t.Context(), bson.D{})
	if err != nil || n != 1000 {
		t.Errorf("%d documents after a restart, %v", n, err)
	}
}

func TestADataFolderServesOneProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	f, err := embedded.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := embedded.OpenFolder(dir); !errors.Is(err, embedded.ErrInUse) {
		t.Errorf("second opening: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := embedded.OpenFolder(dir)
	if err != nil {
		t.Fatal("a folder given back can be taken:", err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "layout"), []byte("99\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := embedded.OpenFolder(dir); !errors.Is(err, embedded.ErrTooNew) {
		t.Errorf("a newer folder: %v", err)
	}
}
