// SPDX-License-Identifier: Apache-2.0

// GET /api/auth/me in Go: net/http, pgx, golang-jwt.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/golang-jwt/jwt"
	"github.com/jackc/pgx/v4/pgxpool"
)

type claims struct {
	jwt.StandardClaims
	Session string `json:"sid"`
	StoreID string `json:"storeId"`
}

type user struct {
	ID            string  `json:"id"`
	Email         string  `json:"email"`
	FirstName     string  `json:"firstName"`
	LastName      string  `json:"lastName"`
	Phone         *string `json:"phone"`
	AvatarURL     *string `json:"avatarUrl"`
	CompanyName   *string `json:"companyName"`
	Role          string  `json:"role"`
	AccountType   string  `json:"accountType"`
	IsActive      bool    `json:"isActive"`
	EmailVerified bool    `json:"emailVerified"`
	CreatedAt     stamp   `json:"createdAt"`
	LastLogin     *stamp  `json:"lastLogin"`
}

type store struct {
	ID       *string `json:"id"`
	Name     *string `json:"name"`
	Slug     *string `json:"slug"`
	Status   *string `json:"status"`
	IsActive *bool   `json:"isActive"`
	Hostname *string `json:"hostname"`
}

type data struct {
	User           user    `json:"user"`
	Stores         []store `json:"stores"`
	CurrentStoreID *string `json:"currentStoreId"`
}

type answer struct {
	Success bool `json:"success"`
	Data    data `json:"data"`
}

type server struct {
	pool   *pgxpool.Pool
	query  string
	secret []byte
}

var errRevoked = errors.New("SESSION_REVOKED")

func (s *server) claims(header string) (*claims, error) {
	c := &claims{}
	parser := jwt.Parser{ValidMethods: []string{"HS256"}}
	_, err := parser.ParseWithClaims(strings.TrimPrefix(header, "Bearer "), c,
		func(*jwt.Token) (interface{}, error) { return s.secret, nil })
	if err == nil && !(c.VerifyIssuer("souk", true) && c.VerifyAudience("platform", true)) {
		err = errors.New("INVALID_TOKEN")
	}
	return c, err
}

func (s *server) load(ctx context.Context, c *claims) (*data, error) {
	// The pool prepares a text once for each connection.
	rows, err := s.pool.Query(ctx, s.query, c.Session, c.Subject)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	d := &data{Stores: []store{}}
	found := false
	for rows.Next() {
		u, st := &d.User, store{}
		var created time.Time
		var login *time.Time
		err = rows.Scan(&u.ID, &u.Email, &u.FirstName, &u.LastName, &u.Phone, &u.AvatarURL, &u.CompanyName,
			&u.Role, &u.AccountType, &u.IsActive, &u.EmailVerified, &created, &login,
			&st.ID, &st.Name, &st.Slug, &st.Status, &st.IsActive, &st.Hostname)
		if err != nil {
			return nil, err
		}
		found = true
		u.CreatedAt, u.LastLogin = stamp(created), (*stamp)(login)
		if st.ID != nil {
			d.Stores = append(d.Stores, st)
		}
	}
	if rows.Err() != nil {
		return nil, rows.Err()
	}
	if !found {
		return nil, errRevoked
	}
	d.finish(c.StoreID)
	return d, nil
}

func (d *data) finish(storeID string) {
	for i := range d.Stores {
		if i == 0 || *d.Stores[i].ID == storeID {
			d.CurrentStoreID = d.Stores[i].ID
		}
	}
}

// Three digits of a second, always: encoding/json leaves zeros at the end out.
type stamp time.Time

func (t stamp) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]interface{}{"success": false, "code": code})
}

func (s *server) me(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	c, err := s.claims(r.Header.Get("Authorization"))
	if err != nil {
		refuse(w, http.StatusUnauthorized, "INVALID_TOKEN")
		return
	}
	d, err := s.load(r.Context(), c)
	if errors.Is(err, errRevoked) {
		refuse(w, http.StatusUnauthorized, "SESSION_REVOKED")
		return
	}
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "MASTER_DB_UNAVAILABLE")
		return
	}
	body, err := json.Marshal(answer{true, *d})
	if err != nil {
		refuse(w, http.StatusInternalServerError, "INTERNAL_ERROR")
		return
	}
	w.Write(body)
}

func listen(path string) (net.Listener, error) {
	l, err := net.Listen("unix", path)
	if err == nil {
		err = os.Chmod(path, 0o666) // the web server runs under another account
	}
	return l, err
}

func main() {
	query, err := os.ReadFile(os.Getenv("ME_SQL"))
	if err != nil {
		log.Fatal(err)
	}
	pool, err := pgxpool.Connect(context.Background(), "pool_max_conns="+os.Getenv("POOL"))
	if err != nil {
		log.Fatal(err)
	}
	s := &server{pool: pool, query: string(query), secret: []byte(os.Getenv("JWT_SECRET"))}
	l, err := listen(os.Getenv("LISTEN"))
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/auth/me", s.me)
	log.Fatal(http.Serve(l, mux))
}
