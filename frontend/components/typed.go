package components

// Typed is what stands in a form: the values, and what is wrong with them. It is how a form comes back with nothing lost.
type Typed struct {
	Values  map[string][]string
	Errors  map[string]string // sentences by field name
	General string            // what is wrong with no field in particular
}

// Value is the first value of a field.
func (t Typed) Value(name string) string {
	if all := t.Values[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// All are the values of a field that takes several.
func (t Typed) All(name string) []string { return t.Values[name] }

// Fill puts the values and the errors into fields by their names.
func (t Typed) Fill(fields ...Field) []Field {
	for i := range fields {
		fields[i] = t.field(fields[i])
	}
	return fields
}

func (t Typed) field(f Field) Field {
	f.Value, f.Values, f.Error = t.Value(f.Name), t.All(f.Name), t.Errors[f.Name]
	return f
}
