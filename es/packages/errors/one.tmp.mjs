import { code, catalogue as make } from "./dist/esm/index.js";

const catalogue = /*@__PURE__*/ make("acme.shop.v1.ShopError", "shop.acme.example", "SHOP_ERROR_");
export const OutOfStock = /*@__PURE__*/ code(catalogue, 1001, "OUT_OF_STOCK", 9, 409, "only {left} of {sku} left", {
  fallback: "Out of stock",
  params: { left: "int64", sku: "string" },
  retryMs: 1000,
});
