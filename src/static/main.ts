import { mount } from 'svelte';
import StaticPage from './StaticPage.svelte';

mount(StaticPage, { target: document.getElementById('page')! });
