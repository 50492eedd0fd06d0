module run9.bench/cpu

go 1.19
