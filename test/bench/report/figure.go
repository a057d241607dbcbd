// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
	"image/color"
	"path/filepath"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A figure shows how a group's times grow.
type figure struct {
	File, Title string
	// x is the pair of a row's name that grows, and lines are the pairs that tell its lines apart.
	x     string
	lines []string
	// axis is what x is called; logarithmic says that the times grow too.
	axis        string
	logarithmic bool
	// perCore multiplies a time by the cores that worked on it.
	perCore bool
}

var (
	catalogueFigure   = &figure{File: "catalogue.svg", Title: "One error, by the size of its catalogue", x: "entries", lines: []string{"op"}, axis: "entries"}
	detailsFigure     = &figure{File: "details.svg", Title: "One error, by its details", x: "details", axis: "details", logarithmic: true}
	chainFigure       = &figure{File: "chain.svg", Title: "One error, by its wraps", x: "wraps", axis: "wraps", logarithmic: true}
	concurrencyFigure = &figure{
		File: "concurrency.svg", Title: "One error, by goroutines at once", x: "goroutines", lines: []string{"error"}, axis: "goroutines", perCore: true,
	}
)

// The colours are told apart by those who see colours otherwise, too (Okabe and Ito).
var colours = []color.Color{
	color.RGBA{R: 0, G: 114, B: 178, A: 255}, color.RGBA{R: 213, G: 94, B: 0, A: 255},
	color.RGBA{R: 0, G: 158, B: 115, A: 255}, color.RGBA{R: 204, G: 121, B: 167, A: 255},
}

func drawFigures(groups []group, folder string) error {
	for _, g := range groups {
		if g.Figure == nil {
			continue
		}
		p, err := g.Figure.draw(g.Rows)
		if err != nil {
			return err
		}
		if err := save(p, filepath.Join(folder, g.Figure.File)); err != nil {
			return err
		}
	}
	return nil
}

// save leaves a margin, since a label may be wider than what it stands under, and names fonts for
// those who don't have gonum's.
func save(p *plot.Plot, name string) error {
	canvas := vgsvg.New(18*vg.Centimeter, 9*vg.Centimeter)
	whole := draw.New(canvas)
	whole.SetColor(color.White)
	whole.Fill(whole.Rectangle.Path())
	p.Draw(draw.Crop(whole, vg.Points(8), -vg.Points(20), vg.Points(6), -vg.Points(8)))
	var svg bytes.Buffer
	if _, err := canvas.WriteTo(&svg); err != nil {
		return err
	}
	fonts := []byte("font-family:Liberation Sans")
	return writeFile(name, bytes.ReplaceAll(svg.Bytes(), fonts, append(fonts, ", Arial, Helvetica, sans-serif"...)))
}

func (f *figure) draw(rows []*row) (*plot.Plot, error) {
	p := f.newPlot()
	names, points := f.points(rows)
	for i, name := range names {
		line, marks, err := plotter.NewLinePoints(points[name])
		if err != nil {
			return nil, err
		}
		line.Color, line.Width = colours[i%len(colours)], vg.Points(1.5)
		marks.Color, marks.Shape, marks.Radius = line.Color, draw.CircleGlyph{}, vg.Points(2.5)
		p.Add(line, marks)
		p.Legend.Add(name, line, marks)
	}
	p.X.Tick.Marker = ticksOf(points)
	if !f.logarithmic {
		p.Y.Min = 0
		p.Y.Max *= 1.15 + 0.1*float64(len(names)) // room for the legend
	}
	return p, nil
}

func (f *figure) newPlot() *plot.Plot {
	sans := font.Font{Typeface: "Liberation", Variant: "Sans"}
	plot.DefaultFont = sans
	p := plot.New()
	p.BackgroundColor = color.White
	p.Title.Text, p.Title.Padding = f.Title, vg.Points(8)
	p.X.Label.Text, p.Y.Label.Text = f.axis, "ns"
	if f.perCore {
		p.Y.Label.Text = "ns of a core"
	}
	p.X.Scale, p.Y.Tick.Marker = plot.LogScale{}, labelled{plot.DefaultTicks{}}
	if f.logarithmic {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, labelled{plot.LogTicks{Prec: -1}}
	}
	p.Legend.Top, p.Legend.Left, p.Legend.XOffs, p.Legend.YOffs = true, true, vg.Points(8), -vg.Points(4)
	p.Legend.Padding = vg.Points(2)
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = color.Gray{Y: 225}, color.Gray{Y: 225}
	p.Add(grid)
	return p
}

// points are the lines, by name, in the order in which they come.
func (f *figure) points(rows []*row) (names []string, points map[string]plotter.XYs) {
	points = make(map[string]plotter.XYs)
	for _, r := range rows {
		name := f.line(r)
		if points[name] == nil {
			names = append(names, name)
		}
		points[name] = append(points[name], plotter.XY{X: f.size(r), Y: f.nanoseconds(r)})
	}
	return names, points
}

// ticksOf has a tick at each size that was measured, and no others.
func ticksOf(points map[string]plotter.XYs) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	seen := make(map[float64]bool)
	for _, line := range points {
		for _, point := range line {
			if !seen[point.X] {
				seen[point.X] = true
				ticks = append(ticks, plot.Tick{Value: point.X, Label: thousands(point.X)})
			}
		}
	}
	slices.SortFunc(ticks, func(a, b plot.Tick) int { return cmp.Compare(a.Value, b.Value) })
	return ticks
}

// labelled has the labels of the tables.
type labelled struct{ plot.Ticker }

// Ticks implements [plot.Ticker].
func (l labelled) Ticks(low, high float64) []plot.Tick {
	ticks := l.Ticker.Ticks(low, high)
	for i := range ticks {
		if ticks[i].Label != "" {
			ticks[i].Label = thousands(ticks[i].Value)
		}
	}
	return ticks
}
