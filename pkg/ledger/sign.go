package ledger

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

const (
	privateBlock = "PRIVATE KEY" // PKCS #8, RFC 5958
	publicBlock  = "PUBLIC KEY"  // SubjectPublicKeyInfo, RFC 5280
)

// LoadOrMakeKey reads the private key from a file, or makes one where there
// is none, readable by its owner only. A file that others may read is refused.
func LoadOrMakeKey(name string, random io.Reader) (ed25519.PrivateKey, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(name, random)
	}
	if err != nil {
		return nil, fmt.Errorf("ledger key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("ledger key: others may read %s: chmod 600 it", name)
	}
	der, err := readPEM(name, privateBlock)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("ledger key %s: not a private key", name) // the cause might show it
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("ledger key %s: not an Ed25519 key", name)
	}
	return key, nil
}

func makeKey(name string, random io.Reader) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(random)
	if err != nil {
		return nil, fmt.Errorf("make ledger key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make ledger key: %w", err)
	}
	if err := writeFile(name, pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: der})); err != nil {
		return nil, fmt.Errorf("make ledger key: %w", err)
	}
	return key, nil
}

// ReadPublicKey reads a public key as it stands beside a ledger.
func ReadPublicKey(name string) (ed25519.PublicKey, error) {
	der, err := readPEM(name, publicBlock)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("ledger key %s: %w", name, err)
	}
	key, ok := parsed.(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("ledger key %s: not an Ed25519 key", name)
	}
	return key, nil
}

// EncodePublicKey is a public key as ReadPublicKey reads it.
func EncodePublicKey(key ed25519.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("ledger key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: der}), nil
}

func readPEM(name, kind string) ([]byte, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("ledger key: %w", err)
	}
	block, _ := pem.Decode(b)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("ledger key %s: no PEM block %q in it", name, kind)
	}
	return block.Bytes, nil
}
