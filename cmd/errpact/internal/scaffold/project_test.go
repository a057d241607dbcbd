// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package scaffold_test

import (
	"strings"
	"testing"

	"github.com/errpact/errpact/cmd/errpact/internal/scaffold"
)

func TestProjectNames(t *testing.T) {
	for _, test := range []struct {
		importPath, protoPackage, domain string
		// want is the package, the domain, the enum, the prefix of its values, the Go package and its path.
		want string
	}{
		{"acme.example/shop", "", "", "shop.v1 shop.example.com ShopError SHOP_ERROR_ shopv1 acme.example/shop/gen/shop/v1"},
		{"acme.example/shop", "acme.shop.v1", "shop.acme.example", "acme.shop.v1 shop.acme.example ShopError SHOP_ERROR_ shopv1 acme.example/shop/gen/acme/shop/v1"},
		{"github.com/acme/shop/v2", "", "", "shop.v1 shop.example.com ShopError SHOP_ERROR_ shopv1 github.com/acme/shop/v2/gen/shop/v1"},
		{"github.com/acme/My-Shop.go", "", "", "my_shop_go.v1 my-shop-go.example.com MyShopGoError MY_SHOP_GO_ERROR_ myshopgov1 github.com/acme/My-Shop.go/gen/my_shop_go/v1"},
		{"shop", "", "", "shop.v1 shop.example.com ShopError SHOP_ERROR_ shopv1 shop/gen/shop/v1"},
		{"acme.example/42", "", "", "app.v1 app.example.com AppError APP_ERROR_ appv1 acme.example/42/gen/app/v1"},
		{"acme.example/x", "", "", "x.v1 x.example.com XError X_ERROR_ xv1 acme.example/x/gen/x/v1"},
		{"acme.example/auth2fa", "", "", "auth2fa.v1 auth2fa.example.com Auth2faError AUTH2FA_ERROR_ auth2fav1 acme.example/auth2fa/gen/auth2fa/v1"},
		{"acme.example/shop", "acme.order_item.v1beta2", "", "acme.order_item.v1beta2 shop.example.com OrderItemError ORDER_ITEM_ERROR_ orderitemv1beta2 acme.example/shop/gen/acme/order_item/v1beta2"},
		{"acme.example/shop", "shop.v10", "acme", "shop.v10 acme ShopError SHOP_ERROR_ shopv10 acme.example/shop/gen/shop/v10"},
	} {
		p, err := scaffold.New(test.importPath, test.protoPackage, test.domain)
		if err != nil {
			t.Errorf("New(%q, %q, %q): %v", test.importPath, test.protoPackage, test.domain, err)
			continue
		}
		got := strings.Join([]string{p.Package, p.Domain, p.Enum(), p.Prefix(), p.GoPackage(), p.GoImportPath()}, " ")
		if got != test.want {
			t.Errorf("New(%q, %q, %q) = %s, want %s", test.importPath, test.protoPackage, test.domain, got, test.want)
		}
	}
}

func TestProjectRefusesNames(t *testing.T) {
	for _, test := range []struct{ importPath, protoPackage, domain, want string }{
		{"", "", "", `want a module like acme.example/shop, have ""`},
		{"acme example", "", "", `have "acme example"`},
		{"acme.example/shop\n", "", "", "want a module"},
		{"/shop", "", "", `have "/shop"`},
		{"acme.example//shop", "", "", "want a module"},
		{`acme"; option x = "`, "", "", "want a module"},
		{"acme.example/shop", "shop", "", `want a package like acme.shop.v1, which ends in a version, have "shop"`},
		{"acme.example/shop", "v1", "", `have "v1"`},
		{"acme.example/shop", "Shop.v1", "", `have "Shop.v1"`},
		{"acme.example/shop", "shop-a.v1", "", `have "shop-a.v1"`},
		{"acme.example/shop", "shop.v0", "", `have "shop.v0"`},
		{"acme.example/shop", "../shop.v1", "", `have "../shop.v1"`},
		{"acme.example/shop", "", "https://acme.example", `want a domain like shop.acme.example, have "https://acme.example"`},
		{"acme.example/shop", "", `a"b`, "want a domain"},
	} {
		p, err := scaffold.New(test.importPath, test.protoPackage, test.domain)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("New(%q, %q, %q) = %v, %v; want an error with %s", test.importPath, test.protoPackage, test.domain, p, err, test.want)
		}
	}
}
