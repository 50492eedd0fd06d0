module run9.bench/files

go 1.19
