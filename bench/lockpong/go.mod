module run9.bench/lockpong

go 1.19
