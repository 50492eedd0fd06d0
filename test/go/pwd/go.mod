module run9.test/pwd

go 1.19
