module run9.test/lookups

go 1.19
