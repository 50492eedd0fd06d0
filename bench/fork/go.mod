module run9.bench/fork

go 1.19
