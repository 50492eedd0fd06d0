module run9.test/hello

go 1.19
