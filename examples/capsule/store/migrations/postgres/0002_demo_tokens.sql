-- The tokens that `capsule serve` prints at start. A real service has no such file.

INSERT INTO access_tokens (token_hash, role, expires_at) VALUES
    -- demo-admin
    ('cce7a2cf1ae045989cfc914fb95a41526f167a838b3c7d33745143614abace7c', 'admin', NULL),
    -- demo-operator
    ('9437e87fae95c03d3778f2575bb18ce30e647e51d86a8c37963364e1fc4f374e', 'operator', NULL),
    -- demo-expired, over since 2020-01-01
    ('ce87ff4751ee82be6da33412edafbc35fe520dedceb7d60f9189a3f9d4acd312', 'admin', 1577836800000000);
