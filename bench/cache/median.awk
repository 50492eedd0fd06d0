# Lines that agree in their first ten fields become one, with the medians of the others.
function median(list,  n, i, j, v, t) {
	n = split(list, v, " ")
	for(i = 2; i <= n; i++)
		for(j = i; j > 1 && v[j]+0 < v[j-1]+0; j--){
			t = v[j]; v[j] = v[j-1]; v[j-1] = t
		}
	return n % 2 ? v[(n+1)/2] : (v[n/2] + v[n/2+1]) / 2
}
{
	key = $1
	for(i = 2; i <= 10; i++) key = key " " $i
	if(!(key in seen)){ seen[key] = 1; order[++nkey] = key }
	for(i = 11; i <= NF; i++) list[key, i] = list[key, i] " " $i
	nf = NF
}
END {
	for(k = 1; k <= nkey; k++){
		line = order[k]
		for(i = 11; i <= nf; i++) line = line " " median(list[order[k], i])
		print line
	}
}
