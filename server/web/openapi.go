package web

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"longtable/server/community"
)

// openAPI describes every route, from the same table that serves them.
func openAPI(q *Request) (Answer, error) {
	return Answer{Data: describe(q.routes)}, nil
}

type object = map[string]any

var pathParams = regexp.MustCompile(`\{(\w+)\}`)

func describe(routes []Route) object {
	d := &describer{schemas: object{}}
	paths := map[string]object{}
	for _, r := range routes {
		method, path := strings.ToLower(r.Method), r.Path
		if r.As != "" {
			method, path = strings.ToLower(r.As), r.programPath()
		}
		if paths[path] == nil {
			paths[path] = object{}
		}
		paths[path][method] = d.operation(r, path)
	}
	return object{
		"openapi": "3.1.0",
		"info":    object{"title": "Longtable", "version": "1"},
		"paths":   paths,
		"components": object{"schemas": d.schemas, "securitySchemes": object{
			"session": object{"type": "apiKey", "in": "cookie", "name": "session"},
			"token":   object{"type": "http", "scheme": "bearer"}}},
	}
}

type describer struct {
	schemas object
}

func (d *describer) operation(r Route, path string) object {
	op := object{"summary": r.Says, "x-rule": r.Rule.Name, "responses": d.responses(r)}
	var params []object
	for _, m := range pathParams.FindAllStringSubmatch(path, -1) {
		params = append(params, object{"name": m[1], "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	if r.Gives != nil && strings.HasPrefix(reflect.TypeOf(r.Gives).Name(), "List[") {
		params = append(params, object{"name": "limit", "in": "query", "schema": object{"type": "integer", "minimum": 1, "maximum": community.PageMax}},
			object{"name": "after", "in": "query", "schema": object{"type": "string"}})
	}
	if params != nil {
		op["parameters"] = params
	}
	if r.Sends != nil {
		schema := d.schema(reflect.TypeOf(r.Sends))
		op["requestBody"] = object{"required": true, "content": object{
			"application/json": object{"schema": schema}, "application/x-www-form-urlencoded": object{"schema": schema}}}
		if r.Files {
			op["requestBody"].(object)["content"].(object)[fiber.MIMEMultipartForm] = object{"schema": object{"allOf": []any{schema, formOfFiles()}}}
		}
	}
	if r.Rule.Name != Anyone.Name {
		op["security"] = []object{{"session": []string{}}, {"token": []string{}}}
	}
	return op
}

func (d *describer) responses(r Route) object {
	problem := object{"description": "what is wrong", "content": object{"application/problem+json": object{"schema": d.schema(reflect.TypeFor[ProblemDetails]())}}}
	done := object{"description": "done"}
	if r.Gives != nil {
		done["content"] = object{"application/json": object{"schema": d.schema(reflect.TypeOf(r.Gives))}}
	}
	return object{"2XX": done, "4XX": problem}
}

// schema describes a Go type by its JSON form; structs get a name of their own.
func (d *describer) schema(t reflect.Type) any {
	switch t.Kind() {
	case reflect.Pointer:
		return d.schema(t.Elem())
	case reflect.Slice:
		return object{"type": "array", "items": d.schema(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": d.schema(t.Elem())}
	case reflect.Struct:
		return d.named(t)
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	default:
		return object{}
	}
}

// formOfFiles are the files of a form, and beside each what it shows.
func formOfFiles() object {
	properties := object{}
	for i := range community.FilesOfMessageMax {
		properties["file"+number(i+1)] = object{"type": "string", "format": "binary"}
		properties["alt"+number(i+1)] = object{"type": "string", "maxLength": community.AltMax}
	}
	return object{"type": "object", "properties": properties}
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9]+`)

func (d *describer) named(t reflect.Type) object {
	name := strings.Trim(notInNames.ReplaceAllString(strings.ReplaceAll(t.Name(), "longtable/server/", ""), "_"), "_")
	if _, known := d.schemas[name]; !known {
		d.schemas[name] = object{} // holds the place while the type describes itself
		d.schemas[name] = object{"type": "object", "properties": d.properties(t)}
	}
	return object{"$ref": "#/components/schemas/" + name}
}

func (d *describer) properties(t reflect.Type) object {
	properties := object{}
	for i := range t.NumField() {
		f := t.Field(i)
		switch name := fieldName(f); {
		case name == "-" || !f.IsExported():
		case f.Anonymous && name == "":
			for k, v := range d.properties(f.Type) {
				properties[k] = v
			}
		case name == "":
		default:
			properties[name] = d.schema(f.Type)
		}
	}
	return properties
}
