module run9.test/execstorm

go 1.19
