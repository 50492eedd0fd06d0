module run9.bench/netbench

go 1.19
